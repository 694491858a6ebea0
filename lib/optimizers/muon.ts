// Muon (Jordan et al. 2024, kellerjordan.github.io/posts/muon): momentum, orthogonalised. Weights are seen as matrices
// [inputs, outputs], filters as [height · width · inputs, outputs]:
//
//   v = momentum · v + g            d = nesterov ? g + momentum · v : v
//   w = (1 − learningRate · weightDecay) · w − learningRate · √max(1, outputs / inputs) · orthogonal(d)
//
// orthogonal(d) sets all singular values to about 1, by iterations of Newton and Schulz on x = d / ‖d‖:
//
//   x ← 3.4445 x + x · (−4.7750 a + 2.0315 a²),   a = xᵀ x    (or, where there are more columns than rows, with a = x xᵀ on the left)
import { add } from '../ops/add.js';
import { divide } from '../ops/divide.js';
import { matmul } from '../ops/matmul.js';
import { multiply } from '../ops/multiply.js';
import { checkShare } from '../ops/parameter_step.js';
import { reshape } from '../ops/reshape.js';
import { sgdStep } from '../ops/sgd_step.js';
import { checkBoolean, checkInteger, checkNumber, checkOptions } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Parameter } from '../tensor/parameter.js';
import { elementCount, formatShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { norm } from './norms.js';
import { type LearningRate, Optimizer, type UpdateContext } from './optimizer.js';

/** Options of `muon`. */
export interface MuonOptions {
  /** Default 0.02. */
  readonly learningRate?: LearningRate;
  /** Share of the previous step that goes on, in [0, 1); default 0.95. */
  readonly momentum?: number;
  /** Default true. */
  readonly nesterov?: boolean;
  /** Decoupled; default 0. */
  readonly weightDecay?: number;
  /** Iterations of Newton and Schulz, default 5. */
  readonly iterations?: number;
}

class Muon extends Optimizer {
  protected readonly slotNames = ['momentum'];
  readonly #options: Required<Omit<MuonOptions, 'learningRate'>>;

  constructor(options: MuonOptions) {
    checkOptions('muon', options, ['learningRate', 'momentum', 'nesterov', 'weightDecay', 'iterations']);
    const { learningRate = 0.02, momentum = 0.95, nesterov = true, weightDecay = 0, iterations = 5 } = options;
    super('muon', learningRate);
    checkShare('muon', 'momentum', momentum);
    checkBoolean('muon', 'nesterov', nesterov);
    checkNumber('muon', 'weightDecay', weightDecay, 0);
    checkInteger('muon', 'iterations', iterations);
    this.#options = { momentum, nesterov, weightDecay, iterations };
  }

  override step(parameters: readonly Parameter[], gradients: readonly Tensor[], gradientScale?: number | Tensor): void {
    this.check(parameters, gradients);
    const vector = parameters.find(({ trainable, shape }) => trainable && shape?.length < 2);
    if (vector)
      throw new ArgumentError(
        `muon: parameter "${vector.name}" has shape ${formatShape(vector.shape)}, but muon updates weights of at least two axes; give the others to another optimizer by groups`,
      );
    super.step(parameters, gradients, gradientScale);
  }

  protected override update(
    parameter: Parameter,
    gradient: Tensor,
    slots: readonly Parameter[],
    { learningRate, gradientScale }: UpdateContext,
  ): void {
    const { momentum, nesterov, weightDecay, iterations } = this.#options;
    const [velocity] = slots as readonly [Parameter];
    const scaled = gradientScale === 1 ? gradient : multiply(gradient, gradientScale);
    const moved = add(multiply(velocity, momentum), scaled);
    velocity.assign(moved);
    const direction = nesterov ? add(scaled, multiply(moved, momentum)) : moved;
    const outputs = parameter.shape.at(-1) as number;
    const inputs = elementCount(parameter.shape) / outputs;
    const step = orthogonal(reshape(direction, [inputs, outputs]), iterations);
    sgdStep(parameter, reshape(step, parameter.shape), undefined, {
      learningRate,
      weightDecay,
      decoupled: true,
      gradientScale: Math.sqrt(Math.max(1, outputs / inputs)),
    });
  }
}

/** A matrix with singular values near 1 and the singular vectors of `matrix`. */
function orthogonal(matrix: Tensor, iterations: number): Tensor {
  const [rows, columns] = matrix.shape as [number, number];
  const wide = columns > rows;
  let x = divide(matrix, add(norm(matrix), 1e-7));
  for (let iteration = 0; iteration < iterations; iteration++) {
    const a = wide ? matmul(x, x, { transposeB: true }) : matmul(x, x, { transposeA: true });
    const b = add(multiply(a, -4.775), multiply(matmul(a, a), 2.0315));
    x = add(multiply(x, 3.4445), wide ? matmul(b, x) : matmul(x, b));
  }
  return x;
}

/**
 * Muon: steps that change all directions of a weight matrix alike. For filters and dense weights; biases, batch norm and usually
 * the last layer go to another optimizer.
 *
 * @throws ArgumentError for an invalid or unknown option; when stepping, for a parameter of fewer than two axes
 * @example
 * const matrices = ({ shape }) => shape.length >= 2;
 * const optimizer = groups([{ parameters: matrices, optimizer: muon() }, { optimizer: adamW() }]);
 */
export function muon(options: MuonOptions = {}): Optimizer {
  return new Muon(options);
}
