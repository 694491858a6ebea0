/**
 * Cross-entropy that fades where the model is right already (Lin et al. 2017, arXiv 1708.02002), p the probability given to the
 * truth:
 *
 *   float targets    mean over all elements of α(t) · (1 − p)^γ · (−ln p),   α(1) = alpha, α(0) = 1 − alpha, by the sigmoid
 *   labels           mean over all rows of             (1 − p)^γ · (−ln p),   by the softmax
 */
import { add } from '../ops/add.js';
import { exp } from '../ops/exp.js';
import { isLabels } from '../ops/labels.js';
import { log } from '../ops/log.js';
import { maximum } from '../ops/maximum.js';
import { mean } from '../ops/mean.js';
import { multiply } from '../ops/multiply.js';
import { negate } from '../ops/negate.js';
import { softmaxCrossEntropy } from '../ops/softmax_cross_entropy.js';
import { softplus } from '../ops/softplus.js';
import { subtract } from '../ops/subtract.js';
import { checkNumber, checkOptions } from '../tensor/arguments.js';
import { checkTensor } from '../tensor/checks.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkPair } from './check_pair.js';

/** Options of `focal`. */
export interface FocalOptions {
  /** How fast the loss fades as p grows; 0 is cross-entropy; default 2. */
  readonly gamma?: number;
  /** Weight of positives, 1 − alpha being that of negatives; for float targets only, default 0.25. */
  readonly alpha?: number;
}

/** Keeps 1 − p away from 0, where its logarithm ends; smaller losses are 0 anyhow. */
const TINY = 1e-30;

/**
 * The loss of classifiers with many easy samples: detectors, rare classes.
 *
 * @param logits float: [batch, ...] with float targets, [batch, ..., classes] with labels; without an activation
 * @param target 0 or 1 for each logit, in its dtype; or labels, int32 or uint8 [batch, ...]
 * @throws ShapeError or DTypeError for anything else; ArgumentError for an invalid or unknown option
 * @example
 * await fit(model, train, { epochs: 1, optimizer, loss: losses.focal });
 */
export function focal(logits: Tensor, target: Tensor, options: FocalOptions = {}): Tensor {
  checkOptions('focal', options, ['gamma', 'alpha']);
  const { gamma = 2, alpha = 0.25 } = options;
  checkNumber('focal', 'gamma', gamma, 0);
  checkNumber('focal', 'alpha', alpha, 0, 1);
  checkTensor('focal', 'target', target);
  if (isLabels(target)) {
    if (options.alpha !== undefined) throw new ArgumentError('focal: alpha needs float targets, but they are labels');
    const loss = softmaxCrossEntropy(logits, target, { reduction: 'none' });
    const wrong = maximum(subtract(1, exp(negate(loss))), TINY);
    return mean(multiply(exp(multiply(log(wrong), gamma)), loss));
  }
  const [z, t] = checkPair('focal', logits, target);
  const right = multiply(subtract(multiply(t, 2), 1), z); // the logit of p
  const fading = exp(multiply(softplus(right), -gamma)); // (1 − p)^γ
  const weight = add(1 - alpha, multiply(t, 2 * alpha - 1));
  return mean(multiply(weight, multiply(fading, softplus(negate(right)))));
}
