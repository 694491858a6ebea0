// The activations that layers know by name, and which of them an op can apply in its own epilogue.
import type { FusedActivation } from '../ops/epilogue.js';
import * as ops from '../ops/index.js';
import { checkChoice } from '../tensor/arguments.js';
import type { Tensor } from '../tensor/tensor.js';

const functions = {
  none: (x: Tensor) => x,
  relu: (x: Tensor) => ops.relu(x),
  sigmoid: (x: Tensor) => ops.sigmoid(x),
  tanh: (x: Tensor) => ops.tanh(x),
  gelu: (x: Tensor) => ops.gelu(x),
  silu: (x: Tensor) => ops.silu(x),
};

/** An activation by name. */
export type ActivationName = keyof typeof functions;

/** @throws ArgumentError unless `value` names an activation. */
export function checkActivation(subject: string, value: unknown): asserts value is ActivationName {
  checkChoice(subject, 'activation', value, Object.keys(functions) as ActivationName[]);
}

/** The activation applied to a tensor. */
export function activate(name: ActivationName, x: Tensor): Tensor {
  return functions[name](x);
}

/** What a convolution or matrix product applies as it writes its output, and what is left to do after it. */
export function splitActivation(name: ActivationName): { fused: FusedActivation; after: ActivationName } {
  return name === 'relu' ? { fused: 'relu', after: 'none' } : { fused: 'none', after: name };
}
