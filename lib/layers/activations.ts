// The activations that layers know by name, and which of them an op can apply in its own epilogue.
import { elu } from '../ops/elu.js';
import type { FusedActivation } from '../ops/epilogue.js';
import { gelu } from '../ops/gelu.js';
import { hardSigmoid } from '../ops/hard_sigmoid.js';
import { hardSwish } from '../ops/hard_swish.js';
import { leakyRelu } from '../ops/leaky_relu.js';
import { mish } from '../ops/mish.js';
import { relu } from '../ops/relu.js';
import { relu6 } from '../ops/relu6.js';
import { scaledTanh } from '../ops/scaled_tanh.js';
import { selu } from '../ops/selu.js';
import { sigmoid } from '../ops/sigmoid.js';
import { silu } from '../ops/silu.js';
import { softmax } from '../ops/softmax.js';
import { softplus } from '../ops/softplus.js';
import { tanh } from '../ops/tanh.js';
import { checkChoice } from '../tensor/arguments.js';
import type { Tensor } from '../tensor/tensor.js';

// Each with its op's defaults; softmax runs over the last axis.
const functions = {
  none: (x: Tensor) => x,
  relu: (x: Tensor) => relu(x),
  relu6: (x: Tensor) => relu6(x),
  leakyRelu: (x: Tensor) => leakyRelu(x),
  elu: (x: Tensor) => elu(x),
  selu: (x: Tensor) => selu(x),
  gelu: (x: Tensor) => gelu(x),
  silu: (x: Tensor) => silu(x),
  mish: (x: Tensor) => mish(x),
  hardSwish: (x: Tensor) => hardSwish(x),
  softplus: (x: Tensor) => softplus(x),
  sigmoid: (x: Tensor) => sigmoid(x),
  hardSigmoid: (x: Tensor) => hardSigmoid(x),
  tanh: (x: Tensor) => tanh(x),
  scaledTanh: (x: Tensor) => scaledTanh(x),
  softmax: (x: Tensor) => softmax(x),
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
