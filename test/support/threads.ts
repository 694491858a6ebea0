import { setThreads, systemInfo } from '../../lib/native.js';

/** What `compute` gives with 1, 2, 3 and 8 threads. */
export async function withThreads<R>(compute: () => Promise<R>): Promise<R[]> {
  const { threads } = systemInfo();
  const results: R[] = [];
  try {
    for (const count of [1, 2, 3, 8]) {
      setThreads(count);
      results.push(await compute());
    }
  } finally {
    setThreads(threads);
  }
  return results;
}
