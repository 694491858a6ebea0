import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkNumber, checkOptions } from '../tensor/arguments.js';
import { checkFloat } from '../tensor/checks.js';
import type { Tensor } from '../tensor/tensor.js';
import { elementwise } from './elementwise.js';

declare module '../native.js' {
  interface Native {
    hardSigmoid(x: Handle, y: Handle, slope: number, offset: number): void;
    hardSigmoidGradient(y: Handle, dy: Handle, dx: Handle, slope: number): void;
  }
}

interface Attributes {
  readonly slope: number;
  readonly offset: number;
}

const hardSigmoidOp = defineOp({
  name: 'hardSigmoid',
  forward([x]: [Tensor], { slope, offset }: Attributes) {
    const output = elementwise((from, to) => native.hardSigmoid(from, to, slope, offset), x);
    return { output, saved: { y: output } };
  },
  bfloat16: { inputs: [0] },
  backward: (dy, { y }, { slope }) => [
    () => elementwise((from, upstream, to) => native.hardSigmoidGradient(from, upstream, to, slope), y, dy),
  ],
});

/** Options of {@link hardSigmoid}. */
export interface HardSigmoidOptions {
  /** Slope of the middle piece; 1/6 by default, as in PyTorch and Keras 3 (ONNX and older Keras: 0.2). */
  readonly slope?: number;
  /** Value at 0; 1/2 by default. */
  readonly offset?: number;
}

/**
 * Piecewise linear approximation of the logistic function: min(max(slope · x + offset, 0), 1), element by element.
 *
 * @param x float tensor of any shape
 * @throws DTypeError unless x is a float tensor; ArgumentError for an unknown option or one that is not finite
 * @example
 * ops.hardSigmoid(tensor([-4, 0, 1])); // 0, 0.5, 0.6667
 */
export function hardSigmoid(x: Tensor, options: HardSigmoidOptions = {}): Tensor {
  checkFloat('hardSigmoid', 'x', x);
  checkOptions('hardSigmoid', options, ['slope', 'offset']);
  const { slope = 1 / 6, offset = 0.5 } = options;
  checkNumber('hardSigmoid', 'slope', slope);
  checkNumber('hardSigmoid', 'offset', offset);
  return hardSigmoidOp([x], { slope, offset });
}
