// What the training loop needs to know of a model, so that anything with parameters and a forward function can be trained.
import type { Tensors } from '../tensor/named.js';
import type { Parameter } from '../tensor/parameter.js';
import type { Random } from '../tensor/random.js';
import type { Tensor } from '../tensor/tensor.js';

/**
 * A network that `fit`, `evaluate` and `predict` can run. Models are; so is any object of your own that looks like this. It takes and
 * gives a tensor, or a record of tensors where it has several inputs or outputs.
 */
export interface Trainable<Input extends Tensors = Tensor, Output extends Tensors = Tensor> {
  /** Everything a checkpoint has to hold, running statistics included. Names must differ. */
  readonly parameters: readonly Parameter[];
  /** A source of randomness of the model's own, if it has one; checkpoints keep its state. */
  readonly random?: Random;
  /**
   * The output for a batch.
   *
   * @param options.training whether dropout drops and batch norm uses the batch's statistics, default false
   * @param options.random source of randomness for this pass: in `fit` a function of (seed, step) alone
   */
  forward(x: Input, options?: { readonly training?: boolean; readonly random?: Random }): Output;
}

/** Any network, of however many inputs and outputs. */
export type AnyTrainable = Trainable<Tensors, Tensors>;
