// ONNX's operators by name, each as a call of public ops.
import { ops } from 'convgrad';
import * as arithmetic from './arithmetic.js';
import * as choices from './choices.js';
import type { OnnxTensor } from './model.js';
import * as norms from './norms.js';
import { type Call, floatInput, fromOnnx, numberAttribute, Skip, type Value } from './values.js';
import * as windows from './windows.js';

export type Operator = (call: Call) => Value | readonly Value[];

const { unary, binary, variadic, reduction } = arithmetic;

const activations: Readonly<Record<string, Operator>> = {
  Clip: arithmetic.clip,
  Elu: (call) => ops.elu(floatInput(call, 0), { alpha: numberAttribute(call, 'alpha', 1) }),
  HardSigmoid: (call) =>
    ops.hardSigmoid(floatInput(call, 0), {
      slope: numberAttribute(call, 'alpha', 0.2),
      offset: numberAttribute(call, 'beta', 0.5),
    }),
  HardSwish: unary(ops.hardSwish),
  LeakyRelu: (call) => ops.leakyRelu(floatInput(call, 0), { negativeSlope: numberAttribute(call, 'alpha', 0.01) }),
  LogSoftmax: arithmetic.normalized(ops.logSoftmax),
  PRelu: arithmetic.prelu,
  Relu: unary(ops.relu),
  Selu: arithmetic.selu,
  Sigmoid: unary(ops.sigmoid),
  Softmax: arithmetic.normalized(ops.softmax),
  Softplus: unary(ops.softplus),
  Softsign: unary((x) => ops.divide(x, ops.add(ops.abs(x), 1))),
  Tanh: unary(ops.tanh),
  ThresholdedRelu: choices.thresholdedRelu,
};

const reductions: Readonly<Record<string, Operator>> = {
  ReduceL1: reduction((x, options) => ops.sum(ops.abs(x), options)),
  ReduceL2: reduction((x, options) => ops.sqrt(ops.sum(ops.square(x), options))),
  ReduceLogSum: reduction((x, options) => ops.log(ops.sum(x, options))),
  ReduceLogSumExp: arithmetic.reduceLogSumExp,
  ReduceMax: reduction(ops.max),
  ReduceMean: reduction(ops.mean),
  ReduceMin: reduction(ops.min),
  ReduceProd: arithmetic.reduceProd,
  ReduceSum: reduction(ops.sum),
  ReduceSumSquare: reduction((x, options) => ops.sum(ops.square(x), options)),
};

const elementwise: Readonly<Record<string, Operator>> = {
  Abs: unary(ops.abs),
  Add: binary(ops.add),
  Div: binary(ops.divide),
  Equal: binary(ops.equal),
  Exp: unary(ops.exp),
  Greater: binary(ops.greater),
  GreaterOrEqual: binary(ops.greaterEqual),
  Less: binary(ops.less),
  LessOrEqual: binary(ops.lessEqual),
  Log: unary(ops.log),
  Max: variadic(ops.maximum),
  Mean: (call) => ops.divide(variadic(ops.add)(call), call.inputs.length),
  Min: variadic(ops.minimum),
  Mul: binary(ops.multiply),
  Neg: unary(ops.negate),
  Reciprocal: unary((x) => ops.divide(1, x)),
  Sqrt: unary(ops.sqrt),
  Sub: binary(ops.subtract),
  Sum: variadic(ops.add),
};

const movements: Readonly<Record<string, Operator>> = {
  ArgMax: choices.extremumAt(1),
  ArgMin: choices.extremumAt(-1),
  Concat: arithmetic.concat,
  Constant: ({ attributes }) => fromOnnx(attributes.value as OnnxTensor),
  DepthToSpace: choices.depthToSpace,
  Expand: arithmetic.expand,
  Flatten: arithmetic.flatten,
  Gather: choices.gather,
  Identity: unary((x) => x),
  Pad: arithmetic.pad,
  Reshape: arithmetic.reshape,
  Slice: arithmetic.slice,
  SpaceToDepth: choices.spaceToDepth,
  Squeeze: arithmetic.squeeze,
  TopK: choices.topK,
  Transpose: arithmetic.transpose,
  Unsqueeze: arithmetic.unsqueeze,
  Where: choices.where,
};

const networkParts: Readonly<Record<string, Operator>> = {
  AveragePool: windows.averagePool,
  BatchNormalization: norms.batchNorm,
  Conv: windows.conv,
  ConvTranspose: windows.convTranspose,
  Dropout: choices.dropout,
  Gemm: arithmetic.gemm,
  GlobalAveragePool: windows.globalPool(ops.globalAveragePool2d),
  GlobalMaxPool: windows.globalPool(ops.globalMaxPool2d),
  InstanceNormalization: norms.instanceNorm,
  LayerNormalization: norms.layerNorm,
  LRN: norms.localResponseNorm,
  MatMul: arithmetic.matmul,
  MaxPool: windows.maxPool,
  MeanVarianceNormalization: choices.meanVarianceNormalization,
  NegativeLogLikelihoodLoss: choices.negativeLogLikelihood,
  Resize: norms.resize,
  SoftmaxCrossEntropyLoss: norms.softmaxCrossEntropy,
};

/** The operators that networks are made of, which the report lists one by one; the others help to run their cases. */
export const required: ReadonlySet<string> = new Set(
  [networkParts, activations, reductions].flatMap(Object.keys).concat('Concat', 'Pad', 'Transpose'),
);

const operators = { ...activations, ...reductions, ...elementwise, ...movements, ...networkParts };

/** Operators whose counterpart here takes its inputs in another form. */
const elsewhere: Readonly<Record<string, string>> = {
  Adagrad: 'optimizers keep their state, which is an input there',
  Adam: 'optimizers keep their state, which is an input there',
  MaxUnpool: 'places of maxima are kept per window here',
  Momentum: 'optimizers keep their state, which is an input there',
};

/** @throws Skip for one that is not ours. */
export function operatorOf(name: string): Operator {
  const operator = (operators as Readonly<Record<string, Operator>>)[name];
  if (!operator) throw new Skip(`operator ${name}: ${elsewhere[name] ?? 'no such op here'}`);
  return operator;
}
