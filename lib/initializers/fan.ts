// How many numbers meet in one output (fan-in) and how many outputs one input reaches (fan-out), from a weight's shape:
//   [inputs, outputs]                  fanIn = inputs,                  fanOut = outputs
//   [height, width, inputs, outputs]   fanIn = height · width · inputs, fanOut = height · width · outputs
// With groups, `inputs` is the channels of one group; fan-out is not divided by groups, as in Keras and PyTorch.
import { show } from '../tensor/arguments.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import { elementCount, formatShape, type Shape } from '../tensor/shape.js';

export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/** Fan-in and fan-out of a weight. @throws ArgumentError unless it is a shape, ShapeError for fewer than two axes: it has none. */
export function fans(shape: Shape): Fans {
  // A connection table makes a mean number of inputs, which need not be an integer.
  if (!Array.isArray(shape) || !shape.every((extent) => extent >= 0))
    throw new ArgumentError(`fans: expected the shape of a weight, but received ${show(shape)}`);
  const [inputs, outputs] = shape.slice(-2);
  if (inputs === undefined || outputs === undefined) {
    throw new ShapeError(
      `initializer: fan-in and fan-out need a weight of at least two axes, got ${formatShape(shape)}`,
    );
  }
  const window = elementCount(shape.slice(0, -2));
  return { fanIn: window * inputs, fanOut: window * outputs };
}
