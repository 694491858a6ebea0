// What a loss is, for the training loop and for those who write their own.
import type { Tensor } from '../tensor/tensor.js';

/** The mean loss of a batch, one number, from the model's output and the target; differentiable by the output. */
export type Loss = (output: Tensor, target: Tensor) => Tensor;
