// Shapes at compile time through graphs: branches, merges, several inputs and outputs. The sentences are in messages.test.ts.
import { describe, expectTypeOf, test } from 'vitest';
import type { Batch, BatchSource, HostArray, Sample } from '../../lib/data/index.js';
import type { Layer } from '../../lib/layers/index.js';
import * as layers from '../../lib/layers/index.js';
import { softmaxCrossEntropy, weighted } from '../../lib/losses/index.js';
import { accuracy, of } from '../../lib/metrics/index.js';
import { graph } from '../../lib/models/graph.js';
import type { Model } from '../../lib/models/model.js';
import { input, join, type Node } from '../../lib/models/node.js';
import { add } from '../../lib/ops/index.js';
import { sgd } from '../../lib/optimizers/index.js';
import type { Tensor } from '../../lib/tensor/tensor.js';
import { fit } from '../../lib/training/index.js';

const conv = <const F extends number>(filters: F) => layers.conv2d({ filters, kernelSize: 3, padding: 'same' });
const image = input([32, 32, 3]);
const n = 3 as number;

describe('shapes that are known', () => {
  test('through pipe and join', () => {
    const trunk = image.pipe(conv(8), layers.maxPool2d({ poolSize: 2 }));
    expectTypeOf(trunk).toEqualTypeOf<Node<[16, 16, 8]>>();
    const [a, b] = [trunk.pipe(conv(8)), trunk.pipe(layers.conv2d({ filters: 5, kernelSize: 1 }))];
    expectTypeOf(join(layers.add(), [trunk, a]).shape).toEqualTypeOf<[16, 16, 8]>();
    expectTypeOf(join(layers.concat(), [a, b, trunk]).shape).toEqualTypeOf<[16, 16, 21]>();
    expectTypeOf(join(layers.maximum(), [b]).shape).toEqualTypeOf<[16, 16, 5]>();
    expectTypeOf(image.pipe().shape).toEqualTypeOf<[32, 32, 3]>();
    expectTypeOf(trunk).toExtend<Node>();
  });

  test('of one input and one output: a model like any other', () => {
    const model = graph({ inputs: image, outputs: image.pipe(layers.flatten(), layers.dense({ units: 10 })) });
    expectTypeOf(model).toEqualTypeOf<Model<[32, 32, 3], [10]>>();
    expectTypeOf(model).toExtend<Model>();
    expectTypeOf(model.forward).returns.toEqualTypeOf<Tensor>();
  });

  test('of several, by name', () => {
    const mask = input([32, 32, 1]);
    const both = join(layers.concat(), [image, mask]).pipe(layers.flatten());
    const model = graph({
      inputs: { image, mask },
      outputs: { length: both.pipe(layers.dense({ units: 7 })), digits: both.pipe(layers.dense({ units: 50 })) },
    });
    expectTypeOf(model.inputShape.mask).toEqualTypeOf<[32, 32, 1]>();
    expectTypeOf(model.outputShape).toEqualTypeOf<{ readonly length: [7]; readonly digits: [50] }>();
    expectTypeOf(model.forward).parameter(0).toEqualTypeOf<{ readonly image: Tensor; readonly mask: Tensor }>();
    expectTypeOf(model.forward).returns.toEqualTypeOf<{ readonly length: Tensor; readonly digits: Tensor }>();
    expectTypeOf(model.select('digits').outputShape).toEqualTypeOf<[50]>();
    expectTypeOf(model.select(['length']).outputShape).toEqualTypeOf<{ readonly length: [7] }>();
    expectTypeOf(model.select('length').predict).returns.resolves.toEqualTypeOf<HostArray>();
    expectTypeOf(model.summary().outputShape.length).toEqualTypeOf<[7]>();
    // @ts-expect-error no such output
    model.select('lengths');
    // @ts-expect-error the mask is missing
    const forward = (x: Tensor) => model.forward({ image: x });
    void forward;
  });
});

describe('shapes that are not', () => {
  test('widen, and no more than they must', () => {
    const unknown = input([n, 32, 3]);
    expectTypeOf(join(layers.concat(), [image, unknown]).shape).toEqualTypeOf<[32, 32, 6]>();
    expectTypeOf(unknown.pipe(conv(4)).shape).toEqualTypeOf<[number, 32, 4]>();
    const list: Layer[] = [];
    expectTypeOf(image.pipe(...list).shape).toEqualTypeOf<number[]>();
    const nodes: Node[] = [];
    expectTypeOf(join(layers.add(), nodes).shape).toEqualTypeOf<number[]>();
    const merge: layers.Merge = layers.add();
    expectTypeOf(join(merge, [image, input([7])]).shape).toEqualTypeOf<number[]>();
  });
});

describe('training', () => {
  const labels = image.pipe(layers.flatten());
  const model = graph({ inputs: { image }, outputs: { main: labels, side: labels } });
  type Rows = Sample<{ readonly image: HostArray }, HostArray<'int32'>>;
  const dataset = null as unknown as BatchSource<Rows>;
  const options = { epochs: 1, optimizer: sgd({ learningRate: 0.1 }) };

  test('loss and metrics know outputs and targets by name', () => {
    const run = async () => {
      const history = await model.fit(dataset, {
        ...options,
        loss: ({ main, side }, target) => {
          expectTypeOf(target).toEqualTypeOf<Tensor>();
          return add(softmaxCrossEntropy(main, target), softmaxCrossEntropy(side, target));
        },
        metrics: [of('main', accuracy()), of('side', accuracy())],
      });
      expectTypeOf(history.epochs[0]?.train.sideAccuracy).toEqualTypeOf<number | undefined>();
      await fit(model, dataset, { ...options, loss: weighted({ main: softmaxCrossEntropy }), validation: dataset });
    };
    void run;
  });

  test('what does not fit is an error', () => {
    const run = async () => {
      // @ts-expect-error the loss is of a single output
      await model.fit(dataset, { ...options, loss: softmaxCrossEntropy });
      // @ts-expect-error no such output
      await model.fit(dataset, { ...options, loss: weighted({ head: softmaxCrossEntropy }) });
      const loss = weighted({ main: softmaxCrossEntropy });
      // @ts-expect-error no such output
      await model.fit(dataset, { ...options, loss, metrics: [of('head', accuracy())] });
      // @ts-expect-error the dataset has a single input without a name
      await model.fit(null as unknown as BatchSource, { ...options, loss });
    };
    void run;
  });

  test('a single tensor stays what it was', () => {
    expectTypeOf<Batch['x']>().toEqualTypeOf<HostArray>();
    const single = graph({ inputs: image, outputs: labels });
    const run = async () => {
      await single.fit(null as unknown as BatchSource, {
        ...options,
        loss: (output, target) => {
          expectTypeOf([output, target]).toEqualTypeOf<Tensor[]>();
          return softmaxCrossEntropy(output, target);
        },
        metrics: [accuracy()],
      });
      expectTypeOf(await single.predict(null as unknown as Tensor)).toEqualTypeOf<HostArray>();
    };
    void run;
  });
});

describe('what does not fit', () => {
  test('is an error where it stands', () => {
    image.pipe(
      conv(4),
      // @ts-expect-error dense expects a flat input
      layers.dense({ units: 10 }),
      layers.flatten(),
    );
    join(layers.add(), [
      image,
      // @ts-expect-error 8 channels are added to 3
      image.pipe(conv(8)),
    ]);
    join(layers.concat(), [
      image,
      image,
      // @ts-expect-error 30x30 is joined to 32x32
      image.pipe(layers.conv2d({ filters: 8, kernelSize: 3 })),
    ]);
    // @ts-expect-error a merge is no layer
    image.pipe(layers.add());
    // @ts-expect-error a layer is no merge
    join(layers.flatten(), [image]);
    // @ts-expect-error a node is no shape
    input(image);
    // @ts-expect-error no such option
    graph({ input: image, outputs: image });
  });
});
