// What the tests of parameter updates share.
import { expect, it } from 'vitest';
import { Parameter } from '../../lib/tensor/parameter.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { lengths, noise, values } from './tensors.js';
import { withThreads } from './threads.js';

type Float = 'float32' | 'float64';

/** A parameter of one axis. */
export function parameterOf(data: ArrayLike<number>, dtype: Float = 'float64', name = 'w'): Parameter {
  const made = new Parameter(name, [data.length], { dtype });
  made.assign(dtype === 'float32' ? Float32Array.from(data) : Float64Array.from(data));
  return made;
}

/** A one-element-at-a-time update: the new weight and state from the old ones. */
export type StepReference = (w: number, gradient: number, state: readonly number[]) => readonly [number, ...number[]];

/** Three updates against `reference`, around the vector widths, in both dtypes; and the same bits for all thread counts. */
export function checkStepValues(
  step: (w: Parameter, gradient: Tensor, state: Parameter[]) => void,
  states: number,
  reference: StepReference,
): void {
  it.each(['float32', 'float64'] as const)('is the formula in %s, around the vector widths', async (dtype) => {
    const digits = dtype === 'float32' ? 5 : 13;
    for (const length of lengths) {
      const w = parameterOf(noise(length), dtype);
      const state = Array.from({ length: states }, (_, i) => parameterOf(new Float64Array(length), dtype, `s${i}`));
      let expected = (await values(w)).map((value) => [value, ...Array(states).fill(0)] as number[]);
      for (const seed of [2, 3, 4]) {
        const gradient = tensor([...noise(length, seed)], [length], dtype);
        const g = await values(gradient);
        step(w, gradient, state);
        expected = expected.map(([weight, ...rest], i) => [...reference(weight as number, g[i] as number, rest)]);
      }
      const found = await Promise.all([w, ...state].map(values));
      for (const [i, row] of expected.entries())
        for (const [slot, value] of row.entries()) expect(found[slot]?.[i]).toBeCloseTo(value, digits);
    }
  });

  it('gives the same bits for any number of threads', async () => {
    const [one, ...others] = await withThreads(async () => {
      const all = Array.from({ length: 1 + states }, (_, i) => parameterOf(noise(70_000, i).map(Math.abs), 'float32'));
      const [w, ...state] = all as [Parameter, ...Parameter[]];
      step(w, tensor(new Float32Array(noise(70_000, 9))), state);
      return Promise.all(all.map(values));
    });
    for (const other of others) expect(other).toEqual(one);
  });
}
