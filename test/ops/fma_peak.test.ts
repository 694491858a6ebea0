import { expect, it } from 'vitest';
import { native, synchronize, systemInfo } from '../../lib/native.js';
import { fmaPeak } from '../../lib/ops/fma_peak.js';
import { empty, tensor } from '../../lib/tensor/tensor.js';

const rounded = (value: number): Promise<number> => tensor([value], [1], 'bfloat16').item();

const registers = { scalar: 12, avx2: 12, avx512: 24, avx512_bf16: 24, amx: 24, neon: 24 };
const vectorBytes = { scalar: 16, avx2: 32, avx512: 64, avx512_bf16: 64, amx: 64, neon: 16 };

it.each(['float32', 'float64', 'bfloat16'] as const)(
  'counts the operations of every lane of every accumulator, in %s',
  async (dtype) => {
    const { isa } = systemInfo();
    const lanes = vectorBytes[isa] / (dtype === 'float64' ? 8 : 4);
    const products = dtype === 'bfloat16' && isa === 'avx512_bf16' ? 2 : 1;
    expect(fmaPeak(3, 100, dtype)).toBe(3 * 100 * registers[isa] * lanes * products * 2);
    await synchronize();
  },
);

it('does the multiply-adds: the sums of s · 0.5 + 0.25 tend to 0.5 in every lane', async () => {
  const { isa } = systemInfo();
  const results = native.upload(new Float32Array(5));
  native.fmaPeak(results, 500);
  const sums = await native.read(results, new Float32Array(5));
  native.release(results);
  expect([...sums]).toEqual(Array(5).fill(registers[isa] * (vectorBytes[isa] / 4) * 0.5));
});

it('adds pairs of bfloat16, and else does as float32: numbers that a bfloat16 can hold', async () => {
  const { isa } = systemInfo();
  const result = empty([1], 'bfloat16');
  native.fmaPeak(result.handle, 8);
  const [sum] = await result.data();
  const lanes = vectorBytes[isa] / 4;
  const starts = registers[isa] * lanes * ((lanes - 1) / 2 + (registers[isa] - 1) / 2); // of lane + accumulator
  if (isa === 'avx512_bf16') expect(sum).toBe(await rounded(starts + 8 * 0.125 * registers[isa] * lanes));
  else expect(sum).toBe(await rounded(registers[isa] * lanes * (0.5 - 0.5 / 256) + starts / 256));
});

it('leaves no memory behind', async () => {
  const { liveBytes } = native.memory();
  fmaPeak(4, 10);
  await synchronize();
  expect(native.memory().liveBytes).toBe(liveBytes);
});

it('rejects what is no dtype of multiply-adds, and counts that are not positive integers', () => {
  expect(() => fmaPeak(1, 1, 'int32')).toThrow('fmaPeak: expected float32, float64 or bfloat16, but received int32');
  expect(() => fmaPeak(0, 1)).toThrow('fmaPeak: items must be a positive integer, but received 0');
  expect(() => fmaPeak(1, 0.5)).toThrow('fmaPeak: iterations must be a positive integer, but received 0.5');
});
