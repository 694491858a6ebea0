// The public API.
export type { BackwardPass, RectifierRule } from './autograd/backward_pass.js';
export { type CheckGradientOptions, checkGradient } from './autograd/check_gradient.js';
export { defineOp, type OpDefinition, type OpInputs } from './autograd/define_op.js';
export {
  type DifferentiateBy,
  type Differentiated,
  type GradientOptions,
  valueAndGradients,
} from './autograd/gradients.js';
export { type Precision, withPrecision } from './autograd/precision.js';
export type { InputGradients, Saved } from './autograd/tape.js';
export * as data from './data/index.js';
export * as formats from './formats/index.js';
export * as initializers from './initializers/index.js';
export * as io from './io/index.js';
export * as layers from './layers/index.js';
export * as losses from './losses/index.js';
export * as metrics from './metrics/index.js';
export { type GraphOptions, graph } from './models/graph.js';
export { type ForwardOptions, Model, type ModelOptions } from './models/model.js';
export { input, join, Node } from './models/node.js';
export { ModelProfile, type PassProfile, type ProfileOptions, type ProfileRow } from './models/profile.js';
export { type SequentialOptions, sequential } from './models/sequential.js';
export { ModelSummary, type SummaryRow } from './models/summary.js';
export {
  type MemoryInfo,
  memory,
  type SystemInfo,
  setMemoryLimit,
  setThreads,
  synchronize,
  systemInfo,
} from './native.js';
export * as ops from './ops/index.js';
export * as optimizers from './optimizers/index.js';
export * as schedules from './schedules/index.js';
export type { DType, TypedArray } from './tensor/dtype.js';
export {
  ArgumentError,
  ConvgradError,
  DisposedError,
  DTypeError,
  FormatError,
  NativeError,
  ShapeError,
} from './tensor/errors.js';
export { type Padding, type ResolvedPadding, resolvePadding, type Side } from './tensor/padding.js';
export { Parameter } from './tensor/parameter.js';
export { philox4x32, Random, type RandomState } from './tensor/random.js';
export { scope } from './tensor/scope.js';
export type { Shape } from './tensor/shape.js';
export { type NestedNumbers, ones, Tensor, tensor, zeros } from './tensor/tensor.js';
export type { Padding1d } from './tensor/window1d.js';
export * as training from './training/index.js';
export * as vis from './vis/index.js';
export * as zoo from './zoo/index.js';
