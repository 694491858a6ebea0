// The activations of layers as rows of numbers, for comparing images and for classifying them: maps are averaged over their places,
// or to a few of them.
import type { HostArray } from '../data/types.js';
import type { Model } from '../models/model.js';
import { adaptiveAveragePool2d } from '../ops/adaptive_average_pool2d.js';
import { reshape } from '../ops/reshape.js';
import { elementCount, type Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Activations, activationsOf } from './inspect.js';

/** How many numbers a layer gives for an image when its maps are averaged to size × size. */
export function pooledLength(outputShape: Shape, size: number): number {
  return outputShape.length === 3 ? size * size * (outputShape[2] as number) : elementCount(outputShape);
}

/** For each layer [batch, numbers], maps being averaged to size × size. */
export function pooledActivations(
  model: Model,
  x: HostArray | Tensor,
  paths: readonly string[],
  size: number,
): Promise<Activations[]> {
  return activationsOf(model, x, paths, (y) => {
    const pooled = y.shape.length === 4 ? adaptiveAveragePool2d(y, { outputSize: size }) : y;
    const [batch = 0, ...rest] = pooled.shape;
    return reshape(pooled, [batch, elementCount(rest)]);
  });
}

/** |a − b|² */
export function squaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b[i] as number)) ** 2;
  return sum;
}
