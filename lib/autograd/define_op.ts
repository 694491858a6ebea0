import { converted } from '../tensor/convert.js';
import { Tensor } from '../tensor/tensor.js';
import type { BackwardPass } from './backward_pass.js';
import { activePrecision } from './precision.js';
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
  /**
   * What the op's own kernels do with bfloat16. Without it they know none: bfloat16 inputs are widened for them, and their
   * output and gradients rounded.
   */
  readonly bfloat16?: {
    /**
     * Inputs that are bfloat16 when any is; the others, weights and statistics, are float32 then. Or `'all'` of them, or each
     * `'asGiven'`, where the kernels take either. The output is what `forward` makes it.
     */
    readonly inputs: readonly number[] | 'all' | 'asGiven';
    /** Whether precision 'bfloat16' makes these inputs bfloat16 where all are float32; default false. */
    readonly product?: boolean;
  };
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
  return (given, ...rest) => {
    const attributes = rest[0] as A;
    const tape = activeTape();
    const differentiated = tape?.tracks(given) ?? false;
    const inputs = takenAs(given, definition.bfloat16);
    const { output, saved } = definition.forward(inputs, attributes, differentiated);
    const result = inputs !== given && !definition.bfloat16 ? converted(output, 'bfloat16') : output;
    if (tape !== undefined && differentiated)
      tape.record(definition.name, given, result, saved ?? {}, (dy, kept, pass) => {
        const gradients = definition.backward(converted(dy, output.dtype), kept as S, attributes, pass);
        return inputs === given ? gradients : gradients.map((gradient, index) => likeInput(gradient, given[index]));
      });
    const temporary = [...inputs, output, ...Object.values(saved ?? {})];
    for (const value of temporary)
      if (value instanceof Tensor && value !== result && !given.includes(value)) value.dispose();
    return result;
  };
}

/** The inputs in the dtypes that the op takes them in; the very same array where they are. */
function takenAs<I extends OpInputs>(given: I, bfloat16: OpDefinition<I, unknown, Saved>['bfloat16']): I {
  const some = (dtype: string) => given.some((input) => input?.dtype === dtype);
  if (!some('bfloat16') && !(bfloat16?.product && activePrecision() === 'bfloat16' && some('float32'))) return given;
  return given.map((input, index) => {
    if (input?.dtype !== 'bfloat16' && input?.dtype !== 'float32') return input;
    const dtypes = bfloat16?.inputs ?? [];
    if (dtypes === 'asGiven') return input;
    return converted(input, dtypes === 'all' || dtypes.includes(index) ? 'bfloat16' : 'float32');
  }) as readonly (Tensor | undefined)[] as I;
}

/** A gradient in the dtype of what it is the gradient of. */
function likeInput(gradient: (() => Tensor) | undefined, input: Tensor | undefined): (() => Tensor) | undefined {
  return gradient && input && (() => converted(gradient(), input.dtype));
}
