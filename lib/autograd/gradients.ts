import { ArgumentError, ShapeError } from '../tensor/errors.js';
import { scope } from '../tensor/scope.js';
import { elementCount, formatShape } from '../tensor/shape.js';
import { ones, Tensor, zeros } from '../tensor/tensor.js';
import { Tape } from './tape.js';

/** What a differentiated function may return: the loss, or the loss among other values of interest. */
export type Differentiated = Tensor | { readonly loss: Tensor; readonly [aux: string]: unknown };

/**
 * Runs `f` and differentiates its result by each tensor in `wrt`.
 *
 * Everything `f` creates is released, except what it returns and the gradients.
 *
 * @param f returns the loss, a tensor with one element, or an object with the loss and other tensors to keep
 * @param wrt tensors that `f` uses, usually parameters
 * @returns what `f` returned, and the gradients in the order of `wrt` (zeros where the loss does not depend on a tensor)
 * @throws ShapeError if the loss has more than one element; ArgumentError if `f` returns a promise or nothing useful,
 *   or if a parameter is overwritten meanwhile
 * @example
 * const { value, gradients } = valueAndGradients(() => losses.softmaxCrossEntropy(model.forward(x), labels), model.parameters);
 * optimizer.step(model.parameters, gradients);
 * console.log(await value.item());
 */
export function valueAndGradients<R extends Differentiated>(
  f: () => R,
  wrt: readonly Tensor[],
): { value: R; gradients: Tensor[] } {
  return pullback('valueAndGradients', f, wrt, (loss) => {
    if (elementCount(loss.shape) !== 1)
      throw new ShapeError(
        `valueAndGradients: the loss must have one element, but has shape ${formatShape(loss.shape)}`,
      );
    return ones(loss.shape, loss.dtype);
  });
}

/** As {@link valueAndGradients}, for a result of any shape: `seed` gives the gradient by it. @internal */
export function pullback<R extends Differentiated>(
  subject: string,
  f: () => R,
  wrt: readonly Tensor[],
  seed: (output: Tensor) => Tensor,
): { value: R; gradients: Tensor[] } {
  if (typeof f !== 'function') throw new ArgumentError(`${subject}: expected a function, but received ${typeof f}`);
  if (!Array.isArray(wrt) || wrt.some((t) => !(t instanceof Tensor)))
    throw new ArgumentError(`${subject}: expected an array of tensors to differentiate by`);
  if (new Set(wrt).size < wrt.length)
    throw new ArgumentError(`${subject}: a tensor to differentiate by is listed twice`);
  const tape = new Tape(wrt);
  try {
    return scope(() => {
      const value = tape.run(() => scope(f));
      const output = value instanceof Tensor ? value : value?.loss;
      if (!(output instanceof Tensor))
        throw new ArgumentError(
          `${subject}: the function must return the loss tensor, or an object with the tensor \`loss\``,
        );
      const computed = tape.gradients(output, seed(output), wrt);
      return { value, gradients: computed.map((gradient, index) => gradient ?? zerosLike(wrt[index] as Tensor)) };
    });
  } finally {
    tape.discard();
  }
}

function zerosLike({ shape, dtype }: Tensor): Tensor {
  return zeros(shape, dtype);
}
