import { expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { conv2d } from '../../lib/ops/conv2d.js';
import { denseToConv } from '../../lib/ops/dense_to_conv.js';
import { matmul } from '../../lib/ops/matmul.js';
import { reshape } from '../../lib/ops/reshape.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { filled } from '../support/convolution.js';
import { noise, values } from '../support/tensors.js';

it('makes a dense layer a convolution as large as its image, with equal outputs', async () => {
  const [x, weights] = [filled([3, 5, 4, 6], 1), filled([120, 10], 2)];
  const scores = conv2d(x, denseToConv(weights, [5, 4, 6]));
  expect(scores.shape).toEqual([3, 1, 1, 10]);
  expect(await values(scores)).toEqual(await values(matmul(reshape(x, [3, 120]), weights)));
});

it('slides the dense layer over larger images: every position gives what its crop gives', async () => {
  const weights = filled([12, 5], 2);
  const [large, data] = [filled([1, 4, 5, 2], 1), await values(filled([1, 4, 5, 2], 1))];
  const map = await values(conv2d(large, denseToConv(weights, [3, 2, 2])));
  for (let i = 0; i < 2; i++)
    for (let j = 0; j < 4; j++) {
      const crop = Array.from({ length: 3 }, (_, m) => data.slice(((i + m) * 5 + j) * 2, ((i + m) * 5 + j + 2) * 2));
      const alone = await values(matmul(tensor(crop.flat(), [1, 12], 'float64'), weights));
      expect(map.slice((i * 4 + j) * 5, (i * 4 + j + 1) * 5)).toEqual(alone);
    }
});

it('has the gradient that differences give', async () => {
  const x = filled([2, 3, 3, 2], 1, 'float64', noise);
  await checkGradient((weights) => conv2d(x, denseToConv(weights, [3, 2, 2])), [filled([12, 3], 2, 'float64', noise)]);
});

it('names what does not fit', () => {
  expect(() => denseToConv(filled([12, 5], 1), [3, 2, 3])).toThrow(
    'denseToConv: weights [12, 5] take 12 inputs, which is not an image [height, width, channels] of shape [3, 2, 3]',
  );
  expect(() => denseToConv(filled([12, 5], 1), [12])).toThrow('which is not an image');
  expect(() => denseToConv(filled([12], 1), [3, 2, 2])).toThrow('denseToConv: weights must have 2 axes');
});
