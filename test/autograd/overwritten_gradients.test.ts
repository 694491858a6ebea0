/** A rectifier writes its gradient over the one that came to it, but never where somebody else still reads that. */
import { describe, expect, it } from 'vitest';
import { checkGradient, valueAndGradients } from '../../lib/index.js';
import * as ops from '../../lib/ops/index.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { noise, values } from '../support/tensors.js';

describe('gradients that pass rectifiers', () => {
  const x = tensor(noise(24, 1), [4, 6]);
  const weights = tensor(noise(24, 2), [4, 6]);

  it.each<[string, (x: Tensor) => Tensor]>([
    ['one after the other', (v) => ops.relu(ops.multiply(ops.relu(v), weights))],
    [
      'of both terms of a sum, which share their gradient',
      (v) => ops.add(ops.relu(v), ops.relu(ops.multiply(v, weights))),
    ],
    ['of a value that is used again', (v) => ops.multiply(ops.relu(v), ops.add(ops.relu(v), v))],
    ['behind a reshaped value', (v) => ops.relu(ops.reshape(ops.multiply(ops.relu6(v), weights), [24]))],
    ['inside a product', (v) => ops.relu(ops.matmul(v, weights, { transposeB: true, activation: 'relu' }))],
  ])('are those that differences give: %s', async (_, f) => {
    await checkGradient((v) => ops.sum(ops.square(f(v))), [x]);
  });

  it('leaves the gradient by a value on the way as it was', async () => {
    const forward = () => {
      const middle = ops.relu(x);
      return { loss: ops.sum(ops.multiply(middle, weights)), middle };
    };
    const { gradients } = valueAndGradients(forward, [x, ({ middle }) => middle]);
    const [byX, byMiddle] = await Promise.all(gradients.map(values));
    expect(byMiddle).toEqual(await values(weights));
    const input = await values(x);
    expect(byX).toEqual((byMiddle as number[]).map((g, i) => ((input[i] as number) > 0 ? g : 0)));
  });
});
