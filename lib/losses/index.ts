// The losses, by the names users write.
export type { Loss } from './loss.js';
export { meanSquaredError } from './mean_squared_error.js';
export { softmaxCrossEntropy } from './softmax_cross_entropy.js';
