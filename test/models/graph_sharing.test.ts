import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { valueAndGradients } from '../../lib/autograd/gradients.js';
import * as layers from '../../lib/layers/index.js';
import { graph } from '../../lib/models/graph.js';
import { input, join, type Node } from '../../lib/models/node.js';
import * as ops from '../../lib/ops/index.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { batch, Counted } from '../support/models.js';
import { noise, values } from '../support/tensors.js';

describe('layers in several places', () => {
  it('have their weights once', () => {
    const encoder = layers.dense({ units: 3, name: 'encoder' });
    const unnamed = layers.dense({ units: 3 });
    const [left, right] = [input([4]), input([4])];
    const model = graph({
      inputs: { left, right },
      outputs: join(layers.multiply(), [
        left.pipe(encoder),
        right.pipe(encoder),
        left.pipe(unnamed),
        right.pipe(unnamed),
      ]),
    });
    expect([...model.namedParameters().keys()]).toEqual(['encoder.weights', 'encoder.bias', '2.weights', '2.bias']);
    const { rows, trainableParameters, macs } = model.summary();
    expect(rows.map(({ path, trainableParameters: count }) => [path, count])).toEqual([
      ['encoder', 15],
      ['encoder#2', 0],
      ['2', 15],
      ['3', 0],
      ['4', 0],
    ]);
    expect([trainableParameters, macs]).toEqual([30, 48]);
    const x = { left: batch([1, 4]), right: batch([1, 4], 2) };
    const { intermediates } = model.forwardWith(x, ['encoder', 'encoder#2']);
    expect(intermediates.encoder.shape).toEqual([1, 3]);
  });

  it('have the gradients of the function written by hand', async () => {
    const [left, right] = [input([5, 4, 2]), input([5, 4, 2])];
    const shared = layers.conv2d({ filters: 3, kernelSize: 3, activation: 'tanh', name: 'shared' });
    const [a, b] = [left.pipe(shared), right.pipe(shared)];
    const features = join(layers.concat(), [join(layers.multiply(), [a, b]), join(layers.average(), [a, b, a])]);
    const model = graph({
      inputs: { left, right },
      outputs: { score: features.pipe(layers.flatten(), layers.dense({ units: 2, name: 'head' })), a },
      dtype: 'float64',
    });
    const [filter, bias] = [model.parameter('shared.filter'), model.parameter('shared.bias')];
    const [weights, offset] = [model.parameter('head.weights'), model.parameter('head.bias')];
    const byHand = (x: Tensor, y: Tensor) => {
      const [f, g] = [x, y].map((z) => ops.tanh(ops.conv2d(z, filter, { bias }))) as [Tensor, Tensor];
      const joined = ops.concat([ops.multiply(f, g), ops.divide(ops.add(ops.add(f, g), f), 3)]);
      const score = ops.matmul(ops.reshape(joined, [2, 36]), weights, { bias: offset });
      return ops.add(ops.sum(ops.square(score)), ops.sum(f));
    };
    const byGraph = (x: Tensor, y: Tensor) => {
      const { score, a: f } = model.forward({ left: x, right: y });
      return ops.add(ops.sum(ops.square(score)), ops.sum(f));
    };
    const [x, y] = [tensor(noise(80), [2, 5, 4, 2]), tensor(noise(80, 2), [2, 5, 4, 2])];
    const wrt = [...model.parameters, x, y];
    const expected = valueAndGradients(() => byHand(x, y), wrt);
    const found = valueAndGradients(() => byGraph(x, y), wrt);
    expect(await values(found.value)).toEqual(await values(expected.value));
    for (const [index, gradient] of found.gradients.entries()) {
      const reference = await values(expected.gradients[index] as Tensor);
      for (const [i, value] of (await values(gradient)).entries())
        expect(value).toBeCloseTo(reference[i] as number, 12);
    }
    await checkGradient(byGraph, [x, y]);
  });

  it('doubling a value fifty times takes fifty additions', async () => {
    const image = input([1]);
    let node: Node = image;
    for (let i = 0; i < 50; i++) node = join(layers.add(), [node, node]);
    const model = graph({ inputs: image, outputs: node });
    expect(await values(model.forward(tensor([[1]])))).toEqual([2 ** 50]);
    expect(model.summary().rows).toHaveLength(50);
  });

  it('a chain may be thousands of layers long', async () => {
    const image = input([1]);
    const relu = layers.activation('relu');
    const model = graph({ inputs: image, outputs: image.pipe(...Array.from({ length: 5000 }, () => relu)) });
    expect(await values(model.forward(tensor([[3]])))).toEqual([3]);
  });

  it('a node that is used twice is computed once', () => {
    const counted = new Counted();
    const image = input([4]);
    const node = image.pipe(counted);
    const model = graph({ inputs: image, outputs: { sum: join(layers.add(), [node, node]), node } });
    model.forward(batch([1, 4]));
    expect(counted.runs).toBe(1);
  });
});

describe('fusion', () => {
  /** Changes the sign, and applies a relu in the same pass when asked to; counts these passes. */
  class Negate extends layers.Layer<layers.SameShape> {
    fused = 0;

    constructor() {
      super('negate', {});
    }

    override outputShape(shape: readonly number[]) {
      return shape;
    }

    override forward(x: Tensor) {
      return ops.multiply(x, -1);
    }

    override withEpilogue() {
      return (x: Tensor) => {
        this.fused += 1;
        return ops.relu(ops.multiply(x, -1));
      };
    }
  }

  it('takes place where the activation is the only consumer', async () => {
    const layer = new Negate();
    const image = input([2]);
    const model = graph({ inputs: image, outputs: image.pipe(layer, layers.activation('relu')) });
    const x = tensor([[1, -2]]);
    expect(await values(model.forward(x))).toEqual([0, 2]);
    expect(layer.fused).toBe(1);
    const { output, intermediates } = model.forwardWith(x, ['0']);
    expect(await values(output)).toEqual([0, 2]);
    expect(await values(intermediates['0'])).toEqual([-1, 2]);
    expect(layer.fused).toBe(1);
  });

  it('not where the value before the activation is used elsewhere, or is an output', async () => {
    const layer = new Negate();
    const image = input([2]);
    const before = image.pipe(layer);
    const after = before.pipe(layers.activation('relu'));
    const x = tensor([[1, -2]]);
    const used = graph({ inputs: image, outputs: join(layers.add(), [before, after]) });
    expect(await values(used.forward(x))).toEqual([-1, 4]);
    const both = graph({ inputs: image, outputs: { before, after } });
    expect(await values(both.forward(x).before)).toEqual([-1, 2]);
    expect(layer.fused).toBe(0);
    expect(await values(both.select('after').forward(x))).toEqual([0, 2]);
    expect(layer.fused).toBe(1);
  });
});
