// AdamW: Adam with decoupled weight decay; the formulas stand in adam.ts.
import { Adam, type AdamOptions } from './adam.js';
import type { Optimizer } from './optimizer.js';

/**
 * Adam whose weight decay shrinks the weights directly instead of passing through the gradient's scaling.
 *
 * @throws ArgumentError for an invalid or unknown option
 * @example
 * const optimizer = adamW({ learningRate: 0.001, weightDecay: 0.05 });
 * optimizer.step(model.parameters, gradients);
 */
export function adamW(options?: AdamOptions): Optimizer {
  return new Adam('adamW', options);
}
