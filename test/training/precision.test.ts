/** Training in bfloat16: what is rounded, what stays float32, and that everything around the products is as it was. */
import { beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { valueAndGradients } from '../../lib/autograd/gradients.js';
import { withPrecision } from '../../lib/autograd/precision.js';
import { fromArrays, fromStacked } from '../../lib/data/index.js';
import { decodeSafetensors, encodeSafetensors } from '../../lib/formats/index.js';
import * as layers from '../../lib/layers/index.js';
import * as losses from '../../lib/losses/index.js';
import { accuracy } from '../../lib/metrics/index.js';
import { graph } from '../../lib/models/graph.js';
import { input, join } from '../../lib/models/node.js';
import { sequential } from '../../lib/models/sequential.js';
import { systemInfo } from '../../lib/native.js';
import { cast } from '../../lib/ops/index.js';
import { adam, sgd } from '../../lib/optimizers/index.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import {
  type Callback,
  type EvaluateOptions,
  evaluate,
  type FitOptions,
  fit,
  type PredictOptions,
  predict,
  type Snapshot,
} from '../../lib/training/index.js';
import { noise, values } from '../support/tensors.js';
import { withThreads } from '../support/threads.js';
import { blobs, Mlp, weightsOf } from './support.js';

const loss = losses.softmaxCrossEntropy;
const precision = 'bfloat16';

const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
beforeEach(() => void warnings.mockClear());

const size = 32;
const images = Float32Array.from(noise(size * 64, 5));
const labels = Int32Array.from({ length: size }, (_, i) => (i * 7) % 4);
const dataset = () => fromArrays({ images, imageShape: [8, 8, 1], labels });

const smallNet = () =>
  sequential({
    inputShape: [8, 8, 1],
    layers: [
      layers.conv2d({ filters: 8, kernelSize: 3 }),
      layers.batchNorm(),
      layers.activation('relu'),
      layers.maxPool2d({ poolSize: 2 }),
      layers.conv2d({ filters: 16, kernelSize: 3, activation: 'relu' }),
      layers.flatten(),
      layers.dropout({ rate: 0.1 }),
      layers.dense({ units: 4 }),
    ],
    seed: 4,
  });

/** A few steps of the small network. */
const train = (model = smallNet(), more: object = {}) =>
  fit(model, dataset().shuffle({ seed: 1 }).batch(8), {
    epochs: 2,
    optimizer: adam({ learningRate: 0.01 }),
    loss,
    metrics: [accuracy()],
    precision,
    ...more,
  }).then(() => model);

/** The largest difference, relative to the largest number. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const scale = Math.max(...Array.from(b, Math.abs));
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - (b[i] as number)))) / scale;
}

it('is one of two to the compiler', () => {
  expectTypeOf<FitOptions['precision']>().toEqualTypeOf<'float32' | 'bfloat16' | undefined>();
  expectTypeOf<EvaluateOptions['precision']>().toEqualTypeOf<FitOptions['precision']>();
  expectTypeOf<PredictOptions['precision']>().toEqualTypeOf<FitOptions['precision']>();
});

it('is announced as no gain, once, where the processor has no instructions for it', async () => {
  await train(undefined, { precision: 'float32' });
  expect(warnings).not.toHaveBeenCalled();
  await train();
  await train();
  const { isa } = systemInfo();
  if (isa === 'avx512_bf16' || isa === 'amx') return expect(warnings).not.toHaveBeenCalled();
  expect(warnings).toHaveBeenCalledExactlyOnceWith(
    expect.stringContaining("precision 'bfloat16' works here but is not faster than 'float32'"),
    { type: 'ConvgradWarning', code: 'CONVGRAD_SLOW_BFLOAT16' },
  );
});

describe('a small network', () => {
  it('learns a batch by heart, with parameters, gradients and optimizer state in float32', async () => {
    const [model, optimizer] = [smallNet(), adam({ learningRate: 0.01 })];
    const history = await fit(model, dataset().batch(size), {
      ...{ epochs: 120, optimizer, loss, metrics: [accuracy()], precision, validation: dataset().batch(size) },
    });
    expect(history.epochs.at(-1)?.train.loss).toBeLessThan(0.05);
    expect(history.epochs.at(-1)?.validation).toMatchObject({ accuracy: 1 });

    const x = tensor(images, [size, 8, 8, 1]);
    const parameters = model.parameters.filter(({ trainable }) => trainable);
    const { value, gradients } = valueAndGradients(() => {
      const logits = withPrecision(precision, () => model.forward(x, { training: true }));
      return { loss: loss(cast(logits, 'float32'), tensor(labels)), logits };
    }, parameters);
    expect(value.logits.dtype).toBe('bfloat16');
    expect(value.loss.dtype).toBe('float32');
    const stored = [...gradients, ...model.parameters, ...optimizer.state(parameters).values()];
    expect(new Set(stored.map(({ dtype }) => dtype))).toEqual(new Set(['float32']));
  });

  it('computes otherwise than in float32, and nearly the same', async () => {
    const plain = () => ({ optimizer: sgd({ learningRate: 0.05 }) });
    const narrow = await weightsOf(await train(undefined, plain()));
    const wide = await weightsOf(await train(undefined, { ...plain(), precision: 'float32' }));
    expect(narrow).not.toEqual(wide);
    expect(distance(narrow, wide)).toBeLessThan(0.03);
  });

  it('has the same weights whatever the number of threads', async () => {
    const [one, ...others] = await withThreads(async () => weightsOf(await train()));
    for (const other of others) expect(other).toEqual(one);
  });

  it('has the same weights after being resumed', async () => {
    let snapshot: Promise<Snapshot> | undefined;
    const callback: Callback = {
      onUpdate(state) {
        if (state.step === 5) snapshot = state.snapshot();
      },
    };
    const whole = await weightsOf(await train(undefined, { callbacks: [callback] }));
    expect(await weightsOf(await train(undefined, { resume: await snapshot }))).toEqual(whole);
  });

  it('scores and predicts as in float32, but for the rounding', async () => {
    const model = await train();
    const options = { loss, metrics: [accuracy()] };
    const [wide, narrow] = [
      await evaluate(model, dataset().batch(8), options),
      await evaluate(model, dataset().batch(8), { ...options, precision }),
    ];
    expect(narrow.loss).not.toBe(wide.loss);
    expect(narrow.loss).toBeCloseTo(wide.loss, 1);
    const [a, b] = [await predict(model, dataset().batch(8)), await predict(model, dataset().batch(8), { precision })];
    expect(b).toMatchObject({ dtype: 'float32', shape: [size, 4] });
    expect(distance(b.data, a.data)).toBeLessThan(0.03);
    expect(distance(b.data, a.data)).toBeGreaterThan(0);
  });

  it('has the gradient of the whole batch where several batches make an update', async () => {
    const once = (batch: number, accumulate: number) => {
      const net = new Mlp();
      const optimizer = sgd({ learningRate: 0.1 });
      return fit(net, blobs(32).batch(batch), { epochs: 1, optimizer, loss, accumulate, precision }).then(() =>
        weightsOf(net),
      );
    };
    expect(distance(await once(8, 4), await once(32, 1))).toBeLessThan(1e-6);
  });

  it('can be profiled, and moves half the bytes between its layers', async () => {
    const model = sequential({
      inputShape: [4, 4, 2],
      layers: [layers.conv2d({ filters: 4, kernelSize: 1 }), layers.activation('elu')],
    });
    const bytes = async (more: object) =>
      (await model.profile(undefined, { batch: 2, repetitions: 1, ...more })).rows[1]?.forward.bytes;
    expect(await bytes({})).toBe(2 * (2 * 4 * 4 * 4) * 4);
    expect(await bytes({ precision })).toBe(2 * (2 * 4 * 4 * 4) * 2);
  });
});

describe('other models', () => {
  it('with several inputs and outputs', async () => {
    const [image, mask] = [input([6, 6, 2]), input([6, 6, 1])];
    const trunk = join(layers.concat(), [image, mask]).pipe(
      layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu' }),
      layers.flatten(),
    );
    const outputs = { kind: trunk.pipe(layers.dense({ units: 3 })), features: trunk, mask };
    const model = graph({ inputs: { image, mask }, outputs, seed: 2 });
    const stack = (channels: number) => ({
      data: Float32Array.from(noise(12 * 36 * channels)),
      shape: [12, 6, 6, channels],
    });
    const samples = fromStacked({
      x: { image: stack(2), mask: stack(1) },
      y: { kind: { data: Int32Array.from({ length: 12 }, (_, i) => i % 3), shape: [12] } },
    }).batch(12);
    const dtypes: string[][] = [];
    const history = await fit(model, samples, {
      epochs: 40,
      optimizer: adam({ learningRate: 0.02 }),
      loss: (output: { kind: Tensor; features: Tensor; mask: Tensor }, target: { kind: Tensor }) => {
        dtypes.push(Object.values(output).map(({ dtype }) => dtype));
        return loss(output.kind, target.kind);
      },
      precision,
    });
    expect(history.epochs.at(-1)?.train.loss).toBeLessThan(0.05);
    expect(new Set(dtypes.flat())).toEqual(new Set(['float32']));
    const predicted = await predict(model, { image: stack(2), mask: stack(1) }, { precision });
    expect(Object.values(predicted).map(({ dtype }) => dtype)).toEqual(['float32', 'float32', 'float32']);
  });

  it('that read words', async () => {
    const model = sequential({
      inputShape: [7],
      layers: [
        layers.embedding({ vocabulary: 20, size: 6 }),
        layers.conv1d({ filters: 8, kernelSize: 3, activation: 'relu' }),
        layers.maxOverTime(),
        layers.dense({ units: 2 }),
      ],
    });
    const words = Int32Array.from({ length: 16 * 7 }, (_, i) => (i * i * 3 + i) % 20);
    const sentences = fromStacked({
      x: { data: words, shape: [16, 7] },
      y: { data: Int32Array.from({ length: 16 }, (_, i) => (i >> 1) % 2), shape: [16] },
    }).batch(16);
    const history = await fit(model, sentences, {
      epochs: 60,
      optimizer: adam({ learningRate: 0.03 }),
      loss,
      precision,
    });
    expect(history.epochs.at(-1)?.train.loss).toBeLessThan(0.05);
  });

  it('of your own', async () => {
    const model = new Mlp({ hidden: 32 });
    const optimizer = adam({ learningRate: 0.05 });
    const history = await fit(model, blobs(30).batch(30), { epochs: 60, optimizer, loss, precision });
    expect(history.epochs.at(-1)?.train.loss).toBeLessThan(0.05);
    const forward = vi.spyOn(model, 'forward').mockImplementation((async () => {}) as never);
    await expect(predict(model, blobs(3).batch(3), { precision })).rejects.toThrow('it must be synchronous');
    forward.mockRestore();
  });
});

it('is kept exactly by a file of float32, which gives the same bfloat16 again', async () => {
  const x = tensor(noise(100), [100], 'bfloat16');
  const { arrays } = decodeSafetensors(encodeSafetensors([['x', { data: await x.data(), shape: x.shape }]]));
  const read = tensor((arrays.get('x') as { data: Float32Array }).data, [100], 'bfloat16');
  expect(await values(read)).toEqual(await values(x));
});
