import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkChoice, checkInteger, checkNumber, checkOptions } from '../tensor/arguments.js';
import { checkFloat } from '../tensor/checks.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import { empty, type Tensor } from '../tensor/tensor.js';

type ResponseNumbers = readonly [channels: number, size: number, alpha: number, beta: number, bias: number];

declare module '../native.js' {
  interface Native {
    localResponseNorm(x: Handle, y: Handle, ...numbers: ResponseNumbers): void;
    localResponseNormGradient(x: Handle, dy: Handle, dx: Handle, ...numbers: ResponseNumbers): void;
  }
}

/** Options of {@link localResponseNorm}. The defaults are AlexNet's. */
export interface LocalResponseNormOptions {
  /** Channels in a window, default 5; of an even number the odd one comes before. */
  readonly size?: number;
  /** Weight of the squares, default 1e-4. */
  readonly alpha?: number;
  /** Exponent, default 0.75. */
  readonly beta?: number;
  /** What is added to the squares, default 2 (PyTorch and Caffe: 1). */
  readonly bias?: number;
  /**
   * `'plain'`: alpha multiplies the sum of squares, as in the paper and TensorFlow (default).
   * `'divided'`: it multiplies their mean over `size`, as in PyTorch and Caffe.
   */
  readonly alphaConvention?: 'plain' | 'divided';
}

/** The options with defaults, checked. @internal */
export function resolveLocalResponseNorm(subject: string, options: LocalResponseNormOptions) {
  const { size = 5, alpha = 1e-4, beta = 0.75, bias = 2, alphaConvention = 'plain' } = options;
  checkInteger(subject, 'size', size);
  checkNumber(subject, 'alpha', alpha, 0);
  checkNumber(subject, 'beta', beta);
  checkNumber(subject, 'bias', bias, 0);
  if (bias === 0) throw new ArgumentError(`${subject}: bias must be greater than 0, but received 0`);
  checkChoice(subject, 'alphaConvention', alphaConvention, ['plain', 'divided']);
  return { size, alpha, beta, bias, alphaConvention } as const;
}

const localResponseNormOp = defineOp({
  name: 'localResponseNorm',
  forward([x]: [Tensor], numbers: ResponseNumbers) {
    const output = empty(x.shape, x.dtype);
    native.localResponseNorm(x.handle, output.handle, ...numbers);
    return { output, saved: { x } };
  },
  bfloat16: { inputs: [0] },
  backward: (dy, { x }, numbers) => [
    () => {
      const dx = empty(x.shape, x.dtype);
      native.localResponseNormGradient(x.handle, dy.handle, dx.handle, ...numbers);
      return dx;
    },
  ],
});

/**
 * Local response normalisation: x / (bias + alpha · Σ x²)^beta, the sum over `size` channels around each, at one pixel.
 *
 * Krizhevsky et al. 2012. The paper's numbers in PyTorch's or Caffe's convention: alpha 5e-4, bias 2, `'divided'`.
 *
 * @param x float tensor [..., channels]
 * @throws ShapeError unless x has channels; DTypeError or ArgumentError for inputs or options that do not fit
 * @example
 * ops.localResponseNorm(x); // as in AlexNet
 * ops.localResponseNorm(x, { bias: 1, alphaConvention: 'divided' }); // PyTorch's defaults
 */
export function localResponseNorm(x: Tensor, options: LocalResponseNormOptions = {}): Tensor {
  checkOptions('localResponseNorm', options, ['size', 'alpha', 'beta', 'bias', 'alphaConvention']);
  const { size, alpha, beta, bias, alphaConvention } = resolveLocalResponseNorm('localResponseNorm', options);
  checkFloat('localResponseNorm', 'x', x);
  const channels = x.shape.at(-1) ?? 0;
  if (channels === 0) throw new ShapeError('localResponseNorm: x must have channels on its last axis');
  return localResponseNormOp([x], [channels, size, alphaConvention === 'divided' ? alpha / size : alpha, beta, bias]);
}
