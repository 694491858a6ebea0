// What tests of models feed them with, and a layer that tells how often it ran.
import * as layers from '../../lib/layers/index.js';
import * as ops from '../../lib/ops/index.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { noise } from './tensors.js';

/** Noise of that shape. */
export const batch = (shape: number[], seed = 1) =>
  tensor(
    [
      ...noise(
        shape.reduce((a, b) => a * b),
        seed,
      ),
    ],
    shape,
  );

/** Counts how often it runs. */
export class Counted extends layers.Layer<layers.SameShape> {
  runs = 0;

  constructor() {
    super('counted', {});
  }

  override outputShape(shape: readonly number[]) {
    return shape;
  }

  override forward(x: Tensor) {
    this.runs += 1;
    return ops.multiply(x, 2);
  }
}
