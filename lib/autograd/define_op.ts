import { Tensor } from '../tensor/tensor.js';
import type { BackwardPass } from './backward_pass.js';
import { activeTape, type InputGradients, type Saved } from './tape.js';

/** The inputs of an op: tensors, undefined where an optional one is left out. */
export type OpInputs = readonly (Tensor | undefined)[];

/** What an op computes and how it is differentiated. See {@link defineOp}. */
export interface OpDefinition<I extends OpInputs, A, S extends Saved> {
  /** What error messages call the op. */
  readonly name: string;
  /**
   * Computes the output from checked inputs. `saved` holds what `backward` needs: inputs, the output, or tensors made for
   * the purpose, which belong to the op. `differentiated` tells whether a backward pass may follow.
   */
  forward(inputs: I, attributes: A, differentiated: boolean): { readonly output: Tensor; readonly saved?: S };
  /**
   * One thunk per input, in order: the gradient by it, given the gradient `dy` by the output. Only those needed are called.
   * `pass` is what the caller of the backward pass asked for.
   */
  backward(dy: Tensor, saved: S, attributes: A, pass: BackwardPass): InputGradients;
}

/**
 * Makes a differentiable op of a forward computation and its gradients.
 *
 * Shapes and dtypes are checked by the caller, before. Gradients may use other ops; they are not recorded themselves.
 *
 * @returns a function of the inputs (an array) and the attributes (anything that is not differentiated)
 * @example
 * const squareOp = defineOp({
 *   name: 'square',
 *   forward: ([x]: [Tensor]) => ({ output: ops.multiply(x, x), saved: { x } }),
 *   backward: (dy, { x }) => [() => ops.multiply(dy, ops.multiply(x, tensor(2)))],
 * });
 */
export function defineOp<I extends OpInputs, A = undefined, S extends Saved = Record<string, never>>(
  definition: OpDefinition<I, A, S>,
): (inputs: I, ...attributes: A extends undefined ? [] : [A]) => Tensor {
  return (inputs, ...rest) => {
    const attributes = rest[0] as A;
    const tape = activeTape();
    const differentiated = tape?.tracks(inputs) ?? false;
    const { output, saved } = definition.forward(inputs, attributes, differentiated);
    if (tape !== undefined && differentiated)
      tape.record(definition.name, inputs, output, saved ?? {}, (dy, kept, pass) =>
        definition.backward(dy, kept as S, attributes, pass),
      );
    if (saved !== undefined)
      for (const value of Object.values(saved))
        if (value instanceof Tensor && value !== output && !inputs.includes(value)) value.dispose();
    return output;
  };
}
