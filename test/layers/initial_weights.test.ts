// Initial weights are what a seed promises: they may not change by a bit between versions.
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import * as layers from '../../lib/layers/index.js';
import { sequential } from '../../lib/models/sequential.js';

const network = (dtype: 'float32' | 'float64') =>
  sequential({
    inputShape: [20, 20, 6],
    seed: 42,
    dtype,
    layers: [
      layers.conv2d({ filters: 8, kernelSize: 3, groups: 2 }),
      layers.conv2dTranspose({ filters: 5, kernelSize: [2, 3] }),
      layers.depthwiseConv2d({ kernelSize: 3, multiplier: 2 }),
      layers.separableConv2d({ filters: 4, kernelSize: 3 }),
      layers.maskedConv2d({ connections: [[0, 1], [2], [1, 3]], kernelSize: 3 }),
      layers.locallyConnected2d({ filters: 2, kernelSize: 3 }),
      layers.flatten(),
      layers.dense({ units: 3 }),
    ],
  });

const sequences = (dtype: 'float32' | 'float64') =>
  sequential({
    inputShape: [20, 6],
    seed: 42,
    dtype,
    layers: [
      layers.conv1d({ filters: 4, kernelSize: 3, groups: 2 }),
      layers.conv1dTranspose({ filters: 5, kernelSize: 2 }),
    ],
  });

it.each([
  ['images', 'float32', network, '5068e7a921d924ed8654140d7e2e3c32f0fbf46e1254e32a5a9a4f9069d78323'],
  ['images', 'float64', network, '1180701c39a5c073e53ad54fd3532015e0bef16c429831e38e0d2df2df2b7b34'],
  ['sequences', 'float32', sequences, 'ff118b618649743fe7a4e4beacf9f7d385f07ba4a11a06b8bf166d5908cb36e7'],
  ['sequences', 'float64', sequences, '8595b1b9818e09e34860757934295bf73d614febb40dc8a0236009717b56d92e'],
] as const)('of layers over %s in %s with seed 42', async (_, dtype, make, expected) => {
  const hash = createHash('sha256');
  for (const parameter of make(dtype).parameters) hash.update(new Uint8Array((await parameter.data()).buffer));
  expect(hash.digest('hex')).toBe(expected);
});
