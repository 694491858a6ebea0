// What the table has in it; never how fast anything is.
import { expect, it } from 'vitest';
import { formatRates, measureMachine } from '../../lib/cli/bench.js';
import { memory } from '../../lib/native.js';

it('measures the machine, layers forward and backward, and training, and gives the memory back', async () => {
  const { liveBytes } = memory();
  const announced: string[] = [];
  const rates = await measureMachine(0.01, (name) => announced.push(name));
  expect(new Set(rates.map(({ name }) => name)).size).toBe(rates.length);
  expect(rates.map(({ unit }) => unit)).toEqual(['GFLOP/s', 'GB/s', ...Array(10).fill('GFLOP/s'), 'samples/s']);
  for (const { value } of rates) expect(value).toBeGreaterThan(0);
  const peak = rates[0]?.value as number;
  for (const { value, fractionOfPeak } of rates.slice(2, -1)) expect(fractionOfPeak).toBeCloseTo(value / peak, 9);
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
