import { expect, it } from 'vitest';
import { kernelCases } from '../../bench/cases.js';
import { geometricMean } from '../../bench/measure.js';
import { type Command, chosenCases, chosenPasses, parseOptions, passOption } from '../../bench/options.js';
import { median } from '../../lib/tensor/median.js';

const command: Command = { description: 'test', seconds: 0.5, options: passOption };
const parse = (...args: string[]) => parseOptions(args, command);

it('measures everything by default', () => {
  const options = parse();
  expect(options).toMatchObject({ dtype: 'float32', seconds: 0.5, json: false });
  expect(chosenCases(kernelCases, options)).toEqual(kernelCases);
  expect(chosenPasses(options)).toEqual(['forward', 'inputGradient', 'filterGradient']);
});

it('narrows down to what is asked for', () => {
  const options = parse(
    '--case',
    'gemm 1024',
    '--pass',
    'forward',
    '--dtype',
    'float64',
    '--threads',
    '1',
    '--seconds',
    '2',
    '--json',
  );
  expect(options).toMatchObject({ dtype: 'float64', threads: 1, seconds: 2, json: true });
  expect(chosenCases(kernelCases, options).map(({ name }) => name)).toEqual(['gemm 1024x1024x1024']);
  expect(chosenPasses(options)).toEqual(['forward']);
  expect(parse('--dtype', 'bfloat16').dtype).toBe('bfloat16');
});

it.each([
  [['--typo', '1'], "Unknown option '--typo'"],
  [['--dtype', 'int32'], "--dtype: expected float32, float64, bfloat16, but received 'int32'"],
  [['--seconds', '0'], "--seconds: expected a number above 0, but received '0'"],
  [['--threads', 'all'], "--threads: expected a number above 0, but received 'all'"],
])('rejects %j', (args, message) => {
  expect(() => parse(...args)).toThrow(message);
});

it('says which cases and passes there are', () => {
  expect(() => chosenCases(kernelCases, parse('--case', 'nothing'))).toThrow("no case's name contains 'nothing'");
  expect(() => chosenPasses(parse('--pass', 'both'))).toThrow(
    "--pass: expected forward, inputGradient, filterGradient, but received 'both'",
  );
});

it('takes medians and geometric means', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(geometricMean([0.5, 2, 8])).toBeCloseTo(2);
});
