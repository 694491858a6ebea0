import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { relu } from '../../lib/ops/relu.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { lengths, noise, values } from '../support/tensors.js';

describe('relu', () => {
  it.each(['float32', 'float64'] as const)(
    'is max(x, 0) in %s, for every length around the vector width',
    async (dtype) => {
      for (const length of lengths) {
        const x = tensor([...noise(length)], [length], dtype);
        expect(await values(relu(x))).toEqual((await values(x)).map((v) => Math.max(v, 0)));
      }
    },
  );

  it('keeps NaN', async () => {
    expect(await values(relu(tensor([Number.NaN, -1])))).toEqual([Number.NaN, 0]);
  });

  it('has the gradient that differences give', async () => {
    for (const length of lengths) await checkGradient(relu, [tensor(noise(length))]);
  });

  it('rejects labels', () => {
    expect(() => relu(tensor(new Int32Array(3)))).toThrow('relu: x must be float32, float64 or bfloat16, but is int32');
  });
});
