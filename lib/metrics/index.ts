// The metrics, by the names users write.
export { accuracy } from './accuracy.js';
export { auc } from './auc.js';
export type { ClassScoreOptions } from './class_scores.js';
export { ConfusionMatrix, confusionMatrix } from './confusion_matrix.js';
export { type CoverageOptions, coverageAtAccuracy } from './coverage_at_accuracy.js';
export { f1 } from './f1.js';
export type { AnyMetric, Metric } from './metric.js';
export { of } from './of.js';
export { precision } from './precision.js';
export { recall } from './recall.js';
export { RunningMetric } from './running.js';
export { sequenceAccuracy } from './sequence_accuracy.js';
export { topKAccuracy } from './top_k_accuracy.js';
