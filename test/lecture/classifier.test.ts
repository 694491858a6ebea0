// The lecture's statements about the classifier: its stages, its loss, and that it learns.
import { describe, expect, it } from 'vitest';
import {
  checkGradient,
  layers,
  losses,
  ops,
  optimizers,
  sequential,
  type Tensor,
  tensor,
  valueAndGradients,
} from '../../lib/index.js';
import { values } from '../support/tensors.js';
import { numbers } from './helpers.js';

const stages = (depth: number): layers.Layer[] =>
  Array.from({ length: depth }, (_, stage) => [
    layers.conv2d({ filters: 4 << stage, kernelSize: 3, padding: 'same', bias: false }),
    layers.batchNorm(),
    layers.activation('relu'),
    layers.maxPool2d({ poolSize: 2 }),
  ]).flat();

const classifier = (depth: number) =>
  sequential({
    inputShape: [16, 16, 3] as readonly number[],
    layers: [...stages(depth), layers.flatten(), layers.dense({ units: 5 })] as readonly layers.Layer[],
  });

describe('stages', () => {
  it('[conv → norm → activation → pool] × n → dense is an expression, with the depth n as its parameter', () => {
    for (const depth of [1, 2, 3]) {
      const model = classifier(depth);
      const pools = model.summary().rows.filter(({ kind }) => kind === 'maxPool2d');
      expect(pools.map(({ outputShape }) => outputShape)).toEqual(
        Array.from({ length: depth }, (_, stage) => [8 >> stage, 8 >> stage, 4 << stage]),
      );
      expect(model.outputShape).toEqual([5]);
    }
  });

  it('resolution falls and the receptive field grows with depth', () => {
    const pools = classifier(3)
      .summary()
      .rows.filter(({ kind }) => kind === 'maxPool2d');
    expect(pools.map(({ outputShape }) => outputShape[0])).toEqual([8, 4, 2]);
    expect(pools.map(({ receptiveField }) => receptiveField?.height.size)).toEqual([4, 10, 22]);
  });
});

describe('the classifier', () => {
  const labels = tensor(new Int32Array([0, 1, 2, 3, 4, 0]));

  it('overfits one batch', async () => {
    const model = classifier(2);
    const x = tensor([...(await values(numbers([6, 16, 16, 3], 1)))], [6, 16, 16, 3]);
    const optimizer = optimizers.adam({ learningRate: 0.02 });
    const trained = model.parameters.filter(({ trainable }) => trainable);
    const seen: number[] = [];
    for (let step = 0; step < 60; step++) {
      const { value, gradients } = valueAndGradients(
        () => losses.softmaxCrossEntropy(model.forward(x, { training: true }), labels),
        trained,
      );
      optimizer.step(trained, gradients);
      seen.push(await value.item());
    }
    expect(seen[0]).toBeGreaterThan(1);
    expect(seen.at(-1)).toBeLessThan(0.01);
  });

  it('has the gradients that differences give: image, filter, dense weights and biases', async () => {
    const inputs = [
      numbers([6, 6, 6, 2], 1),
      numbers([3, 3, 2, 3], 2),
      numbers([3], 3),
      numbers([12, 5], 4),
      numbers([5], 5),
    ] as const;
    await checkGradient((x, filter, bias, weights, shift) => {
      const maps = ops.averagePool2d(ops.tanh(ops.conv2d(x, filter, { bias })), { poolSize: 2 });
      const logits = ops.add(ops.matmul(ops.reshape(maps, [6, 12]), weights), shift);
      return losses.softmaxCrossEntropy(logits, labels);
    }, inputs);
  });

  it('the gradient of softmax and cross-entropy is (p − q) / batch and sums to 0', async () => {
    const logits = numbers([6, 5], 1);
    const { gradients } = valueAndGradients(() => losses.softmaxCrossEntropy(logits, labels), [logits]);
    const [found, p, q] = await Promise.all([
      values(gradients[0] as Tensor),
      values(ops.softmax(logits)),
      labels.data(),
    ]);
    for (const [at, g] of found.entries())
      expect(g).toBeCloseTo(((p[at] as number) - Number(q[Math.floor(at / 5)] === at % 5)) / 6, 14);
    for (const sum of await values(ops.sum(gradients[0] as Tensor, { axes: [1] }))) expect(sum).toBeCloseTo(0, 14);
  });
});
