/** The networks are those that others measure: their parameters are counted by torchvision or by hand. */
import { expect, it } from 'vitest';
import { type NetworkCase, networkCases, networkWorkload } from '../../bench/networks.js';
import { memory } from '../../lib/native.js';

const parameters: Record<string, number> = {
  lenet: 832 + 51_264 + 1_606_144 + 5130,
  'vgg-cifar': 896 + 9248 + 18_496 + 36_928 + 73_856 + 147_584 + 524_544 + 2570,
  resnet20: 272_474,
  resnet18: 11_689_512,
  vgg11: 132_863_336,
  alexnet: 61_100_840,
};

it.each(networkCases)('$name has the published parameters', ({ name, build, size, channels, classes }) => {
  const model = build('float32');
  expect(model.summary().trainableParameters).toBe(parameters[name]);
  expect(model.inputShape).toEqual([size, size, channels]);
  expect(model.outputShape).toEqual([classes]);
});

it.each([
  ['training', 'float32'],
  ['inference', 'float32'],
  ['training', 'bfloat16'],
  ['inference', 'bfloat16'],
] as const)('%s in %s gives its memory back', async (pass, dtype) => {
  const { liveBytes } = memory();
  const workload = networkWorkload({ ...(networkCases[0] as NetworkCase), batch: 2 }, pass, dtype);
  expect(await workload.run(3)).toBeGreaterThan(0);
  workload.dispose();
  expect(memory().liveBytes).toBe(liveBytes);
});
