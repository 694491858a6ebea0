/** Something that can be done a number of times, and timed. */
export interface Workload {
  /** Does the work `calls` times, and resolves to the seconds until all of it was done. */
  run(calls: number): Promise<number>;
  /** Releases the memory. */
  dispose(): void;
}

/** Seconds that `body` takes. */
export async function time(body: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint();
  await body();
  return Number(process.hrtime.bigint() - start) / 1e9;
}
