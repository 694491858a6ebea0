/** How things are timed: warm-up, calls enough to fill a repetition, repetitions with the peak between them, medians. */
import { synchronize, systemInfo } from '../lib/native.js';
import { fmaPeak } from '../lib/ops/fma_peak.js';
import type { FloatDType } from './kernels.js';
import { time, type Workload } from './workload.js';

/** Repetitions of everything; their median counts. */
export const repetitions = 7;

const warmUps = 2;
const peakSeconds = 0.025;
const itemsPerThread = 32;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** Seconds per call, over one repetition. */
export type Repeat = () => Promise<number>;

/** Warms up, and finds how many calls fill one of the repetitions that share `seconds`. */
export async function calibrate(workload: Workload, seconds: number): Promise<Repeat> {
  let once = 0;
  for (let i = 0; i < warmUps; i++) once = await workload.run(1);
  const calls = Math.max(1, Math.round(seconds / repetitions / once));
  return async () => (await workload.run(calls)) / calls;
}

/** The multiply-adds that all threads can do in registers. */
export class Peak {
  readonly #dtype: FloatDType;
  #iterations = 1000;

  constructor(dtype: FloatDType) {
    this.#dtype = dtype;
  }

  /** GFLOP/s, now. */
  async measure(): Promise<number> {
    let operations = 0;
    const seconds = await time(async () => {
      operations = fmaPeak(itemsPerThread * systemInfo().threads, this.#iterations, this.#dtype);
      await synchronize();
    });
    if (seconds >= peakSeconds / 2) return operations / seconds / 1e9;
    this.#iterations = Math.ceil(this.#iterations * Math.min(20, peakSeconds / seconds));
    return this.measure();
  }
}
