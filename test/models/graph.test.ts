import { afterAll, describe, expect, it } from 'vitest';
import * as layers from '../../lib/layers/index.js';
import { graph } from '../../lib/models/graph.js';
import { input, join } from '../../lib/models/node.js';
import { sequential } from '../../lib/models/sequential.js';
import { memory } from '../../lib/native.js';
import * as ops from '../../lib/ops/index.js';
import { ArgumentError, ShapeError } from '../../lib/tensor/errors.js';
import { batch, Counted } from '../support/models.js';
import { values } from '../support/tensors.js';

const conv = <const F extends number>(filters: F, name?: string) =>
  layers.conv2d({ filters, kernelSize: 3, padding: 'same', ...(name !== undefined && { name }) });

/** Two inputs, two outputs, a trunk in common. */
function reader(dtype: 'float32' | 'float64' = 'float32') {
  const image = input([6, 6, 2]);
  const mask = input([6, 6, 1]);
  const trunk = join(layers.concat(), [image, mask]).pipe(conv(4, 'stem'), layers.activation('relu'), layers.flatten());
  const length = trunk.pipe(layers.dense({ units: 3, name: 'length' }));
  const digits = trunk.pipe(layers.dense({ units: 5, name: 'digits' }));
  return graph({ inputs: { image, mask }, outputs: { length, digits }, seed: 2, dtype });
}

describe('one input and one output', () => {
  const list = () =>
    [
      conv(4),
      layers.activation('relu'),
      layers.maxPool2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 3 }),
    ] as const;
  const image = input([6, 6, 2]);

  it('is what sequential gives: the same parameters, the same outputs, the same summary', async () => {
    const chain = sequential({ inputShape: [6, 6, 2], layers: list(), seed: 5 });
    const model = graph({ inputs: image, outputs: image.pipe(...list()), seed: 5 });
    const x = batch([2, 6, 6, 2]);
    expect(await values(model.forward(x))).toEqual(await values(chain.forward(x)));
    expect([...model.namedParameters().keys()]).toEqual([...chain.namedParameters().keys()]);
    expect(model.summary().toString()).toBe(chain.summary().toString());
    expect([model.inputShape, model.outputShape]).toEqual([[6, 6, 2], [3]]);
  });

  it('is a layer inside another model, with its weights', async () => {
    const backbone = graph({ inputs: image, outputs: image.pipe(conv(4, 'stem'), layers.globalAveragePool2d()) });
    const model = sequential({ inputShape: [6, 6, 2], layers: [backbone.layer, layers.dense({ units: 3 })] });
    expect([...model.namedParameters().keys()]).toEqual(['0.stem.filter', '0.stem.bias', '1.weights', '1.bias']);
    expect(model.parameters[0]).toBe(backbone.parameters[0]);
    const x = batch([1, 6, 6, 2]);
    const { intermediates } = model.forwardWith(x, ['0', '0.stem']);
    expect(await values(intermediates['0'])).toEqual(await values(backbone.forward(x)));
    expect(() => sequential({ inputShape: [4, 4, 2], layers: [backbone.layer] })).toThrow(
      new ShapeError('graph "0": expects an input of shape [6, 6, 2], got [4, 4, 2]'),
    );
  });

  it('may begin at any node', async () => {
    const features = image.pipe(conv(4), layers.flatten());
    const logits = features.pipe(layers.dense({ units: 3 }));
    const [whole, first, second] = [
      graph({ inputs: image, outputs: logits }),
      graph({ inputs: image, outputs: features }),
      graph({ inputs: features, outputs: logits }),
    ];
    const x = batch([2, 6, 6, 2]);
    const expected = await values(whole.forward(x));
    expect(await values(second.forward(first.forward(x)))).toEqual(expected);
    expect(second.summary().rows).toHaveLength(1);
  });
});

describe('several inputs and outputs', () => {
  it('come in records with their names', async () => {
    const model = reader();
    expect(model.inputShape).toEqual({ image: [6, 6, 2], mask: [6, 6, 1] });
    expect(model.outputShape).toEqual({ length: [3], digits: [5] });
    const [image, mask] = [batch([2, 6, 6, 2]), batch([2, 6, 6, 1], 2)];
    const { length, digits } = model.forward({ mask, image });
    expect([length.shape, digits.shape]).toEqual([
      [2, 3],
      [2, 5],
    ]);
    const p = (path: string) => model.parameter(path);
    const h = ops.conv2d(ops.concat([image, mask]), p('stem.filter'), { bias: p('stem.bias'), padding: 'same' });
    const flat = ops.reshape(ops.relu(h), [2, 144]);
    expect(await values(length)).toEqual(
      await values(ops.matmul(flat, p('length.weights'), { bias: p('length.bias') })),
    );
  });

  it('parameters are named by layer, else by place in the order of the run', () => {
    expect([...reader().namedParameters().keys()]).toEqual([
      ...['stem.filter', 'stem.bias', 'length.weights', 'length.bias', 'digits.weights', 'digits.bias'],
    ]);
    const image = input([4]);
    const trunk = image.pipe(layers.dense({ units: 4 }));
    const side = trunk.pipe(layers.dense({ units: 2 }));
    const main = trunk.pipe(layers.dense({ units: 3 }));
    const keys = (outputs: Parameters<typeof graph>[0]['outputs']) =>
      [...graph({ inputs: image, outputs }).namedParameters().keys()].filter((path) => path.endsWith('weights'));
    // An output that is added keeps the paths of those before it.
    expect(keys({ main })).toEqual(['0.weights', '1.weights']);
    expect(keys({ main, side })).toEqual(['0.weights', '1.weights', '2.weights']);
  });

  it('releases everything but the outputs', () => {
    const model = reader();
    const x = { image: batch([2, 6, 6, 2]), mask: batch([2, 6, 6, 1]) };
    model.forward(x).length.dispose();
    const before = memory().liveBuffers;
    const { length, digits } = model.forward(x);
    expect(memory().liveBuffers).toBe(before + 2);
    length.dispose();
    digits.dispose();
  });

  it('intermediate outputs are named by path, merges included', async () => {
    const model = reader();
    const x = { image: batch([2, 6, 6, 2]), mask: batch([2, 6, 6, 1]) };
    const { output, intermediates } = model.forwardWith(x, ['0', 'stem', '2', 'length']);
    expect(intermediates['0'].shape).toEqual([2, 6, 6, 3]);
    const before = await values(intermediates.stem);
    expect(Math.min(...before)).toBeLessThan(0);
    expect(await values(intermediates['2'])).toEqual(before.map((v) => Math.max(v, 0)));
    expect(await values(output.length)).toEqual(await values(intermediates.length));
    expect(await values(model.forward(x).digits)).toEqual(await values(output.digits));
  });

  it('a part of the outputs is a model that computes no more than they need, with the same weights', async () => {
    const image = input([4]);
    const [main, side] = [new Counted(), new Counted()];
    const trunk = image.pipe(layers.dense({ units: 4 }));
    const model = graph({
      inputs: image,
      outputs: {
        side: trunk.pipe(layers.dense({ units: 2 }), side),
        main: trunk.pipe(layers.dense({ units: 3 }), main),
      },
    });
    const part = model.select('main');
    const x = batch([2, 4]);
    const y = await values(part.forward(x));
    expect([main.runs, side.runs]).toEqual([1, 0]);
    expect(part.outputShape).toEqual([3]);
    expect([...part.namedParameters().keys()]).toEqual(['0.weights', '0.bias', '3.weights', '3.bias']);
    for (const [path, parameter] of part.namedParameters()) expect(model.parameter(path)).toBe(parameter);
    expect(await values(model.forward(x).main)).toEqual(y);
    const both = model.select(['main', 'side']).forward(x);
    expect(await values(both.main)).toEqual(y);
    expect(() => part.select('main' as never)).toThrow(
      new ArgumentError('model: has a single output, there is nothing to select'),
    );
    expect(() => model.select('sides' as never)).toThrow(
      new ArgumentError("model: has no output 'sides'; it has side, main"),
    );
  });

  it.each([
    ['no record', batch([2, 6, 6, 2]), 'model: x must be a record { image, mask }, but received'],
    [
      'an input missing',
      { image: batch([2, 6, 6, 2]) },
      'model: x must be a record { image, mask }, but received { image }',
    ],
    [
      'another shape',
      { image: batch([2, 6, 6, 2]), mask: batch([2, 6, 5, 1]) },
      "model: expects input 'mask' of shape [batch, 6, 6, 1], got [2, 6, 5, 1]",
    ],
    [
      'another batch',
      { image: batch([2, 6, 6, 2]), mask: batch([3, 6, 6, 1]) },
      "model: input 'mask' has a batch of 3, but another input one of 2",
    ],
    ['no tensor', { image: batch([2, 6, 6, 2]), mask: [1] }, 'model: x.mask must be a tensor'],
  ])('rejects %s', (_, x, message) => {
    expect(() => reader().forward(x as never)).toThrow(message);
  });
});

describe('summary', () => {
  it('has a row per input, and the widest receptive field where branches meet', () => {
    const image = input([16, 16, 2]);
    const mask = input([16, 16, 2]);
    const wide = image.pipe(conv(2), conv(2));
    const sum = join(layers.add({ name: 'sum' }), [wide, mask.pipe(conv(2))]).pipe(layers.maxPool2d({ poolSize: 2 }));
    const summary = graph({ inputs: { image, mask }, outputs: { sum, wide } }).summary();
    expect(summary.rows.map(({ path, kind, receptiveField }) => [path, kind, receptiveField?.height.size])).toEqual([
      ['0', 'conv2d', 3],
      ['1', 'conv2d', 5],
      ['2', 'conv2d', 3],
      ['sum', 'add', 5],
      ['4', 'maxPool2d', 6],
    ]);
    expect(summary.macs).toBe(3 * 16 * 16 * 9 * 4);
    expect(summary.outputShape).toEqual({ sum: [8, 8, 2], wide: [16, 16, 2] });
    expect(summary.toString()).toContain('image  input      [16, 16, 2]');
    expect(summary.toString()).toContain('mask   input      [16, 16, 2]');
  });
});

describe('graphs that cannot be', () => {
  const image = input([6, 6, 2]);
  const other = input([4]);
  const features = image.pipe(conv(4), layers.flatten());

  it.each([
    ['a layer that does not fit', () => image.pipe(layers.dense({ units: 3 }) as never), 'dense: expects a flat input'],
    [
      'a named one',
      () => image.pipe(layers.dense({ units: 3, name: 'head' }) as never),
      'dense "head": expects a flat input',
    ],
    [
      'shapes that differ',
      () => join(layers.add(), [image, other] as never),
      'add: merges [6, 6, 2] with [4]: make their shapes the same',
    ],
    [
      'heights that differ',
      () => join(layers.concat({ name: 'both' }), [image, input([5, 6, 2])] as never),
      'concat "both": joins along the channels, but [6, 6, 2] and [5, 6, 2] differ elsewhere',
    ],
    [
      'an input not given',
      () => graph({ inputs: image, outputs: { features, other } }),
      "graph: output 'other' depends on an input of shape [4] that is not among the inputs",
    ],
    [
      'an input not used',
      () => graph({ inputs: { image, other }, outputs: features }),
      "graph: no output depends on input 'other'",
    ],
    [
      'one node twice as input',
      () => graph({ inputs: { image, again: image }, outputs: features }),
      "graph: input 'image' is the same node as another input",
    ],
    [
      'two layers of one name',
      () => graph({ inputs: image, outputs: image.pipe(conv(2, 'a'), conv(2, 'a')) }),
      "graph: two layers are named 'a'",
    ],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});

afterAll(() => expect(memory().liveBytes).toBeLessThan(1 << 20));
