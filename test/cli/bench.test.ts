// What the table has in it; never how fast anything is.
import { expect, it } from 'vitest';

import { multipliesBfloat16 } from '../../lib/autograd/precision.js';
import { formatRates, measureMachine } from '../../lib/cli/bench.js';
import { memory, systemInfo } from '../../lib/native.js';

it('measures the machine, layers forward and backward, and training, and gives the memory back', async () => {
  const { liveBytes } = memory();
  const announced: string[] = [];
  const rates = await measureMachine(0.01, (name) => announced.push(name));
  expect(new Set(rates.map(({ name }) => name)).size).toBe(rates.length);
  const precisions = multipliesBfloat16(systemInfo().isa) ? 2 : 1;
  const group = [...Array(11).fill('GFLOP/s'), 'samples/s'];
  expect(rates.map(({ unit }) => unit)).toEqual(['GB/s', ...Array(precisions).fill(group).flat()]);
  for (const { value } of rates) expect(value).toBeGreaterThan(0);
  for (const first of precisions === 2 ? [1, 13] : [1]) {
    const peak = rates[first]?.value as number;
    for (const { value, fractionOfPeak } of rates.slice(first + 1, first + 11))
      expect(fractionOfPeak).toBeCloseTo(value / peak, 9);
  }
  for (const name of announced) expect(rates.some((rate) => rate.name.startsWith(name))).toBe(true);
  expect(memory().liveBytes).toBe(liveBytes);
});

it('prints a table', () => {
  const rates = [
    { name: 'multiply-adds', value: 230.25, unit: 'GFLOP/s' },
    { name: 'conv2d: forward', value: 200, unit: 'GFLOP/s', fractionOfPeak: 0.8686 },
    { name: 'training', value: 21_000, unit: 'samples/s' },
  ] as const;
  expect(formatRates(rates, 'a machine').split('\n')).toEqual([
    'what                rate  unit       % of peak',
    '─'.repeat(46),
    'multiply-adds      230.3  GFLOP/s',
    'conv2d: forward    200.0  GFLOP/s         87 %',
    'training         21000.0  samples/s',
    '─'.repeat(46),
    'a machine',
    expect.stringContaining('Above 100 %'),
  ]);
});
