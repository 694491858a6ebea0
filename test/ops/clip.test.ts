import { describe, expect, it } from 'vitest';
import { clip } from '../../lib/ops/clip.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { checkGradientAndValues } from '../support/elementwise.js';
import { values } from '../support/tensors.js';

describe('clip', () => {
  checkGradientAndValues(
    'clip',
    (x) => clip(x, -0.5, 1.25),
    (x) => Math.min(Math.max(x, -0.5), 1.25),
  );

  it('keeps NaN, and may be open on one side', async () => {
    const x = tensor([Number.NaN, -9, 9]);
    expect(await values(clip(x, 0, Number.POSITIVE_INFINITY))).toEqual([Number.NaN, 0, 9]);
  });

  it('rejects limits in the wrong order', () => {
    const message = 'clip: low and high must be numbers with low <= high, but received ';
    expect(() => clip(tensor([1]), 2, 1)).toThrow(`${message}2 and 1`);
    expect(() => clip(tensor([1]), Number.NaN, 1)).toThrow(`${message}NaN and 1`);
    expect(() => (clip as (x: Tensor) => Tensor)(tensor([1]))).toThrow(`${message}undefined and undefined`);
  });
});
