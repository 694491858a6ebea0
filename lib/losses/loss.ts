// What a loss is, for the training loop and for those who write their own.
import type { Tensors } from '../tensor/named.js';
import type { Tensor } from '../tensor/tensor.js';

/**
 * The mean loss of a batch, one number, from the model's output and the target; differentiable by the output. Models with several
 * outputs hand over a record of tensors, datasets with several targets likewise.
 */
export type Loss<Output extends Tensors = Tensor, Target extends Tensors = Tensor> = (
  output: Output,
  target: Target,
) => Tensor;
