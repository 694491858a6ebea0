// Norms of tensors as scalars on the stream: nobody waits for them.
import { add } from '../ops/add.js';
import { divide } from '../ops/divide.js';
import { maximum } from '../ops/maximum.js';
import { minimum } from '../ops/minimum.js';
import { multiply } from '../ops/multiply.js';
import { sqrt } from '../ops/sqrt.js';
import { square } from '../ops/square.js';
import { subtract } from '../ops/subtract.js';
import { sum } from '../ops/sum.js';
import type { Tensor } from '../tensor/tensor.js';

/** Above zero, below every norm that matters. */
const TINY = 1e-30;

/** √(Σ of all squares). There must be at least one tensor. */
export function norm(...tensors: Tensor[]): Tensor {
  return sqrt(tensors.map((tensor) => sum(square(tensor))).reduce((total, part) => add(total, part)));
}

/** numerator / denominator, and 1 where either is 0. */
export function trustRatio(numerator: Tensor, denominator: Tensor): Tensor {
  const positive = minimum(1, multiply(minimum(numerator, denominator), 1 / TINY)); // 0 where one of them is, else 1
  return add(multiply(positive, divide(numerator, maximum(denominator, TINY))), subtract(1, positive));
}
