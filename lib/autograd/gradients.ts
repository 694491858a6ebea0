import { show } from '../tensor/arguments.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import { scope } from '../tensor/scope.js';
import { elementCount, formatShape } from '../tensor/shape.js';
import { ones, Tensor, zeros } from '../tensor/tensor.js';
import { backwardPass, type RectifierRule } from './backward_pass.js';
import { Tape } from './tape.js';

/** What a differentiated function may return: the loss, or the loss among other values of interest. */
export type Differentiated = Tensor | { readonly loss: Tensor; readonly [aux: string]: unknown };

/** A tensor to differentiate by; or which one it is, of those that `f` makes on the way to the loss and returns. */
export type DifferentiateBy<R> = Tensor | ((value: R) => Tensor);

/** Options of {@link valueAndGradients}. */
export interface GradientOptions {
  /** How gradients pass `relu` and `relu6`, default `'backprop'`; the others are for looking into networks, not for training. */
  readonly rectifier?: RectifierRule;
}

/**
 * Runs `f` and differentiates its result by each tensor in `wrt`.
 *
 * Everything `f` creates is released, except what it returns and the gradients.
 *
 * @param f returns the loss, a tensor with one element, or an object with the loss and other tensors to keep
 * @param wrt tensors that `f` uses, usually parameters; functions of what `f` returned choose tensors on the way to the loss, which
 *   depend on another one here or are among the intermediates of `model.forwardWith`
 * @returns what `f` returned, and the gradients in the order of `wrt` (zeros where the loss does not depend on a tensor)
 * @throws ShapeError if the loss has more than one element; ArgumentError if `f` returns a promise or nothing useful, for an
 *   invalid or unknown option, if a parameter is overwritten meanwhile, or for a tensor on the way that was not recorded
 * @example
 * const { value, gradients } = valueAndGradients(() => losses.softmaxCrossEntropy(model.forward(x), labels), model.parameters);
 * optimizer.step(model.parameters, gradients);
 * console.log(await value.item());
 */
export function valueAndGradients<R extends Differentiated>(
  f: () => R,
  wrt: readonly DifferentiateBy<NoInfer<R>>[],
  options: GradientOptions = {},
): { value: R; gradients: Tensor[] } {
  const seed = (loss: Tensor): Tensor => {
    if (elementCount(loss.shape) !== 1)
      throw new ShapeError(
        `valueAndGradients: the loss must have one element, but has shape ${formatShape(loss.shape)}`,
      );
    return ones(loss.shape, loss.dtype);
  };
  return pullback('valueAndGradients', f, wrt, seed, options);
}

/** As {@link valueAndGradients}, for a result of any shape: `seed` gives the gradient by it. @internal */
export function pullback<R extends Differentiated>(
  subject: string,
  f: () => R,
  wrt: readonly DifferentiateBy<NoInfer<R>>[],
  seed: (output: Tensor) => Tensor,
  options: GradientOptions = {},
): { value: R; gradients: Tensor[] } {
  if (typeof f !== 'function') throw new ArgumentError(`${subject}: expected a function, but received ${typeof f}`);
  const pass = backwardPass(subject, options);
  if (!Array.isArray(wrt) || wrt.some((by) => !(by instanceof Tensor) && typeof by !== 'function'))
    throw new ArgumentError(`${subject}: expected an array of tensors to differentiate by`);
  if (new Set(wrt).size < wrt.length)
    throw new ArgumentError(`${subject}: a tensor to differentiate by is listed twice`);
  const tape = new Tape(wrt.filter((by) => by instanceof Tensor));
  try {
    return scope(() => {
      const value = tape.run(() => scope(f));
      const output = value instanceof Tensor ? value : value?.loss;
      if (!(output instanceof Tensor))
        throw new ArgumentError(
          `${subject}: the function must return the loss tensor, or an object with the tensor \`loss\``,
        );
      const chosen = wrt.map((by) => (by instanceof Tensor ? by : onTheWay(subject, by(value), tape)));
      const computed = tape.gradients(output, seed(output), chosen, pass);
      return { value, gradients: computed.map((gradient, index) => gradient ?? zerosLike(chosen[index] as Tensor)) };
    });
  } finally {
    tape.discard();
  }
}

/** A tensor chosen after the forward pass: ops that used it must have been recorded. */
function onTheWay(subject: string, value: unknown, tape: Tape): Tensor {
  if (!(value instanceof Tensor))
    throw new ArgumentError(
      `${subject}: expected a tensor on the way to differentiate by, but received ${show(value)}`,
    );
  if (!tape.tracks([value]))
    throw new ArgumentError(
      `${subject}: a tensor of shape ${formatShape(value.shape)} to differentiate by was not recorded; take it from the intermediates of model.forwardWith`,
    );
  return value;
}

function zerosLike({ shape, dtype }: Tensor): Tensor {
  return zeros(shape, dtype);
}
