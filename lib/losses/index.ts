// The losses, by the names users write.
export { type DecodedDigits, decodeDigitSequence } from '../ops/decode_digit_sequence.js';
export { type BinaryCrossEntropyOptions, binaryCrossEntropy } from './binary_cross_entropy.js';
export { digitSequence } from './digit_sequence.js';
export { type FocalOptions, focal } from './focal.js';
export { type HingeOptions, hinge } from './hinge.js';
export { type HuberOptions, huber } from './huber.js';
export { klDivergence } from './kl_divergence.js';
export type { Loss } from './loss.js';
export { meanAbsoluteError } from './mean_absolute_error.js';
export { meanSquaredError } from './mean_squared_error.js';
export { multiMargin } from './multi_margin.js';
export { softmaxCrossEntropy } from './softmax_cross_entropy.js';
export { type LossTerm, weighted } from './weighted.js';
