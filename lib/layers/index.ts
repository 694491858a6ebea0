// The layers, by the names models use.
export { type Activation, activation } from './activation.js';
export type { ActivationName } from './activations.js';
export { type AdaptiveAveragePool1d, adaptiveAveragePool1d } from './adaptive_average_pool1d.js';
export {
  type AdaptiveAveragePool2d,
  type AdaptivePool2dOptions,
  adaptiveAveragePool2d,
} from './adaptive_average_pool2d.js';
export { type AdaptiveMaxPool1d, adaptiveMaxPool1d } from './adaptive_max_pool1d.js';
export { type AdaptiveMaxPool2d, adaptiveMaxPool2d } from './adaptive_max_pool2d.js';
export type { AdaptivePool1dOptions } from './adaptive_pool1d.js';
export { type Add, add } from './add.js';
export type { AffineNormOptions } from './affine_norm.js';
export { type Average, average } from './average.js';
export { type AveragePool1d, type AveragePool1dOptions, averagePool1d } from './average_pool1d.js';
export { type AveragePool2d, type AveragePool2dOptions, averagePool2d } from './average_pool2d.js';
export { type BatchNorm, type BatchNormOptions, batchNorm } from './batch_norm.js';
export { type Concat, concat } from './concat.js';
export { type Conv1d, type Conv1dOptions, conv1d } from './conv1d.js';
export { type Conv1dTranspose, type Conv1dTransposeOptions, conv1dTranspose } from './conv1d_transpose.js';
export { type Conv2d, type Conv2dOptions, conv2d } from './conv2d.js';
export { type Conv2dTranspose, type Conv2dTransposeOptions, conv2dTranspose } from './conv2d_transpose.js';
export { type Dense, type DenseOptions, dense } from './dense.js';
export { type DepthwiseConv2d, type DepthwiseConv2dOptions, depthwiseConv2d } from './depthwise_conv2d.js';
export { type Dropout, type DropoutOptions, dropout } from './dropout.js';
export { type Elu, type EluOptions, elu } from './elu.js';
export { type Embedding, type EmbeddingOptions, embedding } from './embedding.js';
export { type Flatten, flatten } from './flatten.js';
export { type GlobalAveragePool1d, globalAveragePool1d } from './global_average_pool1d.js';
export { type GlobalAveragePool2d, globalAveragePool2d } from './global_average_pool2d.js';
export { type GlobalMaxPool2d, globalMaxPool2d } from './global_max_pool2d.js';
export { type GroupNorm, type GroupNormOptions, groupNorm } from './group_norm.js';
export { type InstanceNorm, instanceNorm } from './instance_norm.js';
export { type KMaxPool, type KMaxPoolOptions, kMaxPool } from './k_max_pool.js';
export {
  type BuildContext,
  Layer,
  type LayerContext,
  type LayerOptions,
  type ParameterSpec,
  type ParameterSpecs,
} from './layer.js';
export { type LayerNorm, type LayerNormOptions, layerNorm } from './layer_norm.js';
export { type LeakyRelu, type LeakyReluOptions, leakyRelu } from './leaky_relu.js';
export { type LocalResponseNorm, type LocalResponseNormOptions, localResponseNorm } from './local_response_norm.js';
export {
  type LocallyConnected2d,
  type LocallyConnected2dOptions,
  locallyConnected2d,
} from './locally_connected2d.js';
export { type LpPool1d, type LpPool1dOptions, lpPool1d } from './lp_pool1d.js';
export { type LpPool2d, type LpPool2dOptions, lpPool2d } from './lp_pool2d.js';
export {
  type ConnectionTable,
  type MaskedConv2d,
  type MaskedConv2dOptions,
  maskedConv2d,
} from './masked_conv2d.js';
export { type MaxOverTime, maxOverTime } from './max_over_time.js';
export { type MaxPool1d, maxPool1d } from './max_pool1d.js';
export { type MaxPool2d, maxPool2d } from './max_pool2d.js';
export { type MaxUnpool1d, type MaxUnpool1dOptions, maxUnpool1d } from './max_unpool1d.js';
export { type MaxUnpool2d, type MaxUnpool2dOptions, maxUnpool2d } from './max_unpool2d.js';
export { type Maximum, maximum } from './maximum.js';
export { type Maxout, type MaxoutOptions, maxout } from './maxout.js';
export { Merge, type MergeRule } from './merge.js';
export { type Multiply, multiply } from './multiply.js';
export { type NormalizePixels, normalizePixels } from './normalize_pixels.js';
export { type ImageSides, type Pad2d, type Pad2dOptions, pad2d } from './pad2d.js';
export { type Parallel, parallel } from './parallel.js';
export type { Pool1dOptions } from './pool1d.js';
export type { Pool2dOptions } from './pool2d.js';
export { type Prelu, type PreluOptions, prelu } from './prelu.js';
export { type RadialBasis, type RadialBasisOptions, radialBasis } from './radial_basis.js';
export type { AxisField, ReceptiveField } from './receptive_field.js';
export { type Reshape, type ReshapeOptions, reshape } from './reshape.js';
export { type Residual, type ResidualOptions, residual } from './residual.js';
export { type SeparableConv2d, type SeparableConv2dOptions, separableConv2d } from './separable_conv2d.js';
export { type Sequential, sequential } from './sequential.js';
export type { SameShape, ShapeRule } from './shape_rule.js';
export { type SpatialDropout, type SpatialDropoutOptions, spatialDropout } from './spatial_dropout.js';
export { type StochasticDepth, type StochasticDepthOptions, stochasticDepth } from './stochastic_depth.js';
export { type StochasticPool1d, stochasticPool1d } from './stochastic_pool1d.js';
export { type StochasticPool2d, stochasticPool2d } from './stochastic_pool2d.js';
export { type Subsampling1d, type Subsampling1dOptions, subsampling1d } from './subsampling1d.js';
export { type Subsampling2d, type Subsampling2dOptions, subsampling2d } from './subsampling2d.js';
export { type SubtractiveNorm, type SubtractiveNormOptions, subtractiveNorm } from './subtractive_norm.js';
export { type Upsample2d, type Upsample2dOptions, upsample2d } from './upsample2d.js';
