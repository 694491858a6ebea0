// What a convolution or a matrix product does to its sums before storing them: adds a bias, applies an activation.
import type { BackwardPass } from '../autograd/backward_pass.js';
import { checkChoice } from '../tensor/arguments.js';
import { checkFloat, checkSameDType, checkSameShape } from '../tensor/checks.js';
import type { Tensor } from '../tensor/tensor.js';
import { reluGradient } from './relu.js';

const activations = ['none', 'relu'] as const;

/** An activation that is applied as the output is written. */
export type FusedActivation = (typeof activations)[number];

/** @throws ArgumentError unless `activation` can be fused. */
export function checkFusedActivation(subject: string, activation: unknown): asserts activation is FusedActivation {
  checkChoice(subject, 'activation', activation, activations);
}

/** The native code of an activation. */
export function activationCode(activation: FusedActivation): number {
  return activations.indexOf(activation);
}

/** Checks for a bias of one number per output channel, of the dtype of x. */
export function checkBias(subject: string, bias: unknown, x: Tensor, channels: number): asserts bias is Tensor {
  checkFloat(subject, 'bias', bias);
  checkSameShape(subject, 'bias', bias, [channels]);
  checkSameDType(subject, 'bias', bias, 'x', x);
}

/** The gradient by the sums, given that by the output y = activation(sums). */
export function epilogueGradient(
  activation: FusedActivation,
  y: Tensor | undefined,
  dy: Tensor,
  pass: BackwardPass,
): Tensor {
  return activation === 'relu' && y !== undefined ? reluGradient(y, dy, pass) : dy;
}

/** A function that computes its value once. */
export function once<T>(compute: () => T): () => T {
  let value: { readonly of: T } | undefined;
  return () => {
    value ??= { of: compute() };
    return value.of;
  };
}
