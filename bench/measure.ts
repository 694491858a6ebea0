/** How things are timed: warm-up, calls enough to fill a repetition, repetitions with the machine's limits between them. */
import { native, synchronize, systemInfo } from '../lib/native.js';
import { fmaPeak } from '../lib/ops/fma_peak.js';
import { type Tensor, zeros } from '../lib/tensor/tensor.js';
import type { FloatDType } from './kernels.js';
import { time, type Workload } from './workload.js';

/** Repetitions of everything; their median counts. */
export const repetitions = 7;

const warmUps = 2;
const peakSeconds = 0.025;
const itemsPerThread = 32;
const copiedBytes = 1 << 26; // 64 MiB from and 64 MiB to: more than a core's share of any cache

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

/** What all threads can copy in memory. */
export class CopyBandwidth {
  readonly #source: Tensor = zeros([copiedBytes / 4]);
  readonly #target: Tensor = zeros([copiedBytes / 4]);

  /** GB/s, now: bytes read and bytes written. */
  async measure(): Promise<number> {
    const seconds = await time(() => {
      native.copy(this.#source.handle, this.#target.handle);
      return synchronize();
    });
    return (2 * copiedBytes) / seconds / 1e9;
  }

  dispose(): void {
    this.#source.dispose();
    this.#target.dispose();
  }
}
