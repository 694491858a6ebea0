import { DTypeError } from '../tensor/errors.js';
import { Random } from '../tensor/random.js';
import { elementCount } from '../tensor/shape.js';
import { type Tensor, tensor } from '../tensor/tensor.js';
import { pullback } from './gradients.js';

/** Options of {@link checkGradient}. */
export interface CheckGradientOptions {
  /** Half the distance of the two function values the numerical derivative comes from; 1e-6 by default. */
  readonly step?: number;
  /** Largest relative error accepted; 1e-6 by default. */
  readonly tolerance?: number;
  /** Seed of the random directions; 0 by default. */
  readonly seed?: number;
}

/**
 * Compares the gradients of `f` with central differences, projected on random directions: for random w and v,
 * ⟨∇ₓ⟨w, f(x)⟩, v⟩ against (⟨w, f(x + hv)⟩ − ⟨w, f(x − hv)⟩) / 2h.
 *
 * @param f a function of tensors, smooth near `inputs`, that returns a tensor of any shape
 * @param inputs float64 tensors; each is checked
 * @returns the largest relative error seen
 * @throws Error if it exceeds the tolerance; DTypeError unless the inputs are float64
 * @example
 * await checkGradient(ops.tanh, [tensor([0.1, -0.5], [2], 'float64')]);
 */
export async function checkGradient<I extends readonly Tensor[]>(
  f: (...inputs: [...I]) => Tensor,
  inputs: I,
  { step = 1e-6, tolerance = 1e-6, seed = 0 }: CheckGradientOptions = {},
): Promise<number> {
  for (const input of inputs)
    if (input.dtype !== 'float64')
      throw new DTypeError(`checkGradient: inputs must be float64, but one is ${input.dtype}`);
  const random = new Random(seed);
  const draw = (length: number) => Float64Array.from({ length }, () => random.uniform() * 2 - 1);

  let projection = new Float64Array(0);
  const { gradients } = pullback(
    'checkGradient',
    () => f(...([...inputs] as [...I])),
    inputs,
    (output) => {
      projection = draw(elementCount(output.shape));
      return tensor(projection, output.shape);
    },
  );
  const projected = async (changed: number, values: Float64Array) => {
    const moved = inputs.map((input, index) =>
      index === changed ? tensor(values, input.shape) : input,
    ) as unknown as [...I];
    return dot(projection, (await f(...moved).data()) as Float64Array);
  };

  let worst = 0;
  for (const [index, input] of inputs.entries()) {
    const x = (await input.data()) as Float64Array;
    const gradient = (await (gradients[index] as Tensor).data()) as Float64Array;
    const direction = draw(x.length);
    const analytic = dot(gradient, direction);
    const ahead = await projected(
      index,
      x.map((value, i) => value + step * (direction[i] as number)),
    );
    const behind = await projected(
      index,
      x.map((value, i) => value - step * (direction[i] as number)),
    );
    const numeric = (ahead - behind) / (2 * step);
    // Directions may cancel: errors are measured against the size of the terms, not of their sum.
    const scale = Math.max(Math.abs(analytic), Math.abs(numeric), Math.sqrt(dot(gradient, gradient)), 1e-12);
    const error = Math.abs(analytic - numeric) / scale;
    if (!(error <= tolerance))
      throw new Error(
        `checkGradient: input ${index}: the gradient gives ${analytic} along a random direction, differences give ${numeric} (relative error ${error.toExponential(2)})`,
      );
    worst = Math.max(worst, error);
  }
  return worst;
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] as number), 0);
}
