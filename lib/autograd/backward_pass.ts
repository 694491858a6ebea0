// What the whole of a backward pass is told, and every op's gradients with it.
import { checkChoice, checkOptions } from '../tensor/arguments.js';

/**
 * What a rectifier y = max(x, 0) makes of the gradient R that arrives at it:
 *
 * - `'backprop'`: R where y > 0, else 0: the derivative.
 * - `'deconvnet'`: R where R > 0, else 0: the rectifier applied to what is reconstructed (Zeiler & Fergus 2013, arXiv 1311.2901).
 * - `'guided'`: R where both are positive, else 0 (Springenberg et al. 2014, arXiv 1412.6806).
 */
export type RectifierRule = 'backprop' | 'deconvnet' | 'guided';

/** How a backward pass is done. The gradients of an op get it as their last argument. */
export interface BackwardPass {
  /** What `relu` and `relu6` do, be it in a convolution or in a matrix product; `'backprop'` in training. */
  readonly rectifier: RectifierRule;
  /** Whether nothing reads `dy` after this op, so that the gradient by an input may be written over it. */
  readonly overwritable: boolean;
}

/** The pass that options ask for. @throws ArgumentError for an invalid or unknown one */
export function backwardPass(subject: string, options: { readonly rectifier?: RectifierRule }): BackwardPass {
  checkOptions(subject, options, ['rectifier']);
  const { rectifier = 'backprop' } = options;
  checkChoice(subject, 'rectifier', rectifier, ['backprop', 'deconvnet', 'guided']);
  return { rectifier, overwritable: false };
}
