import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Measures how late the event loop is: call the result to get the 99th percentile in milliseconds so far. */
export function measureEventLoopDelay(): () => number {
  const resolution = 1;
  const histogram = monitorEventLoopDelay({ resolution });
  histogram.enable();
  // The histogram holds the time between two ticks of a timer; its own interval is not a delay.
  return () => Math.max(histogram.percentile(99) / 1e6 - resolution, 0);
}
