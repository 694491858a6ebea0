// The layers, by the names models use.
export { type Activation, activation } from './activation.js';
export type { ActivationName } from './activations.js';
export { type AveragePool2d, averagePool2d } from './average_pool2d.js';
export { type BatchNorm, type BatchNormOptions, batchNorm } from './batch_norm.js';
export { type Conv1d, type Conv1dOptions, conv1d } from './conv1d.js';
export { type Conv1dTranspose, type Conv1dTransposeOptions, conv1dTranspose } from './conv1d_transpose.js';
export { type Conv2d, type Conv2dOptions, conv2d } from './conv2d.js';
export { type Conv2dTranspose, type Conv2dTransposeOptions, conv2dTranspose } from './conv2d_transpose.js';
export { type Dense, type DenseOptions, dense } from './dense.js';
export { type DepthwiseConv2d, type DepthwiseConv2dOptions, depthwiseConv2d } from './depthwise_conv2d.js';
export { type Dropout, type DropoutOptions, dropout } from './dropout.js';
export { type Flatten, flatten } from './flatten.js';
export { type GlobalAveragePool2d, globalAveragePool2d } from './global_average_pool2d.js';
export {
  type BuildContext,
  Layer,
  type LayerContext,
  type LayerOptions,
  type ParameterSpec,
  type ParameterSpecs,
} from './layer.js';
export { type MaxPool2d, maxPool2d } from './max_pool2d.js';
export { type NormalizePixels, normalizePixels } from './normalize_pixels.js';
export { type Parallel, parallel } from './parallel.js';
export type { Pool2dOptions } from './pool2d.js';
export { type Prelu, type PreluOptions, prelu } from './prelu.js';
export type { AxisField, ReceptiveField } from './receptive_field.js';
export { type Residual, type ResidualOptions, residual } from './residual.js';
export { type SeparableConv2d, type SeparableConv2dOptions, separableConv2d } from './separable_conv2d.js';
export { type Sequential, sequential } from './sequential.js';
export type { SameShape, ShapeRule } from './shape_rule.js';
