// The metrics, by the names users write.
export { accuracy } from './accuracy.js';
export type { Metric } from './metric.js';
export { RunningMetric } from './running.js';
export { topKAccuracy } from './top_k_accuracy.js';
