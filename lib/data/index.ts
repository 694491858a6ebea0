export { type RandomShiftOptions, randomShift } from './augment/random_shift.js';
export { type BatchCounts, BatchedDataset, type Iterate } from './batched_dataset.js';
export { Dataset } from './dataset.js';
export type { SampleInfo } from './map_samples.js';
export { type ArraysOptions, type ArraysSample, fromArrays } from './sources/arrays.js';
export { type IdxOptions, type IdxSample, idx } from './sources/idx.js';
export type { Batch, BatchesOptions, BatchSource, Gather, HostArray, Order, Sample, Stacked } from './types.js';
