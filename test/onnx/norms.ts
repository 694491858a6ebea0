// Normalisation, resizing and the cross-entropy.
import { ops, Parameter, type Tensor, tensor } from 'convgrad';
import {
  type Call,
  channelsLast,
  channelsSecond,
  floatInput,
  numberAttribute,
  numbersInput,
  Skip,
  textAttribute,
  withChannelsLast,
} from './values.js';

export function batchNorm(call: Call): Tensor | Tensor[] {
  const [x, scale, bias, mean, variance] = [0, 1, 2, 3, 4].map((index) => floatInput(call, index)) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  const epsilon = numberAttribute(call, 'epsilon', 1e-5);
  const training = numberAttribute(call, 'training_mode', 0) === 1;
  if (!training)
    return withChannelsLast(x, (y) => ops.batchNorm(y, scale, bias, mean, variance, { training, epsilon }));
  // ONNX weighs the old statistics by its momentum, we the new ones; its variance is divided by n, ours by n − 1.
  const momentum = 1 - numberAttribute(call, 'momentum', 0.9);
  const [means, variances] = [mean, variance].map((from, index) => {
    const statistics = new Parameter(`statistics ${index}`, from.shape, { dtype: 'float32', trainable: false });
    statistics.assign(from);
    return statistics;
  }) as [Parameter, Parameter];
  const y = withChannelsLast(x, (images) =>
    ops.batchNorm(images, scale, bias, means, variances, { training, epsilon, momentum }),
  );
  const count = x.shape.reduce((product, extent) => product * extent, 1) / (x.shape[1] as number);
  const old = ops.multiply(variance, 1 - momentum);
  const biased = ops.add(old, ops.multiply(ops.subtract(variances, old), (count - 1) / count));
  return [y, ops.multiply(means, 1), biased];
}

export function instanceNorm(call: Call): Tensor {
  const [gamma, beta] = [floatInput(call, 1), floatInput(call, 2)];
  const epsilon = numberAttribute(call, 'epsilon', 1e-5);
  return withChannelsLast(floatInput(call, 0), (x) => ops.instanceNorm(x, { gamma, beta, epsilon }));
}

/** The output, and what ONNX returns besides: mean and reciprocal standard deviation. */
export function layerNorm(call: Call): Tensor[] {
  const x = floatInput(call, 0);
  const rank = x.shape.length;
  const axis = (numberAttribute(call, 'axis', -1) + rank) % rank;
  const epsilon = numberAttribute(call, 'epsilon', 1e-5);
  const [gamma, beta] = [floatInput(call, 1), floatInput(call, 2)];
  const axes = x.shape.flatMap((_, index) => (index >= axis ? [index] : []));
  const mean = ops.mean(x, { axes, keepDims: true });
  const variance = ops.mean(ops.square(ops.subtract(x, mean)), { axes, keepDims: true });
  const y = ops.layerNorm(x, { axes: rank - axis, gamma, beta, epsilon });
  return [y, mean, ops.divide(1, ops.sqrt(ops.add(variance, epsilon)))];
}

export function localResponseNorm(call: Call): Tensor {
  return withChannelsLast(floatInput(call, 0), (x) =>
    ops.localResponseNorm(x, {
      size: numberAttribute(call, 'size', 0),
      alpha: numberAttribute(call, 'alpha', 1e-4),
      beta: numberAttribute(call, 'beta', 0.75),
      bias: numberAttribute(call, 'bias', 1),
      alphaConvention: 'divided',
    }),
  );
}

type Position = (index: number, scale: number, extent: number, to: number) => number;
const coordinates: Readonly<Record<string, readonly ['halfPixel' | 'alignCorners' | 'asymmetric', Position]>> = {
  half_pixel: ['halfPixel', (index, scale) => (index + 0.5) / scale - 0.5],
  align_corners: ['alignCorners', (index, _, extent, to) => (to === 1 ? 0 : (index * (extent - 1)) / (to - 1))],
  asymmetric: ['asymmetric', (index, scale) => index / scale],
};
const roundings: Readonly<Record<string, (position: number) => number>> = {
  round_prefer_floor: (position) => Math.ceil(position - 0.5),
  round_prefer_ceil: (position) => Math.floor(position + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

export function resize(call: Call): Tensor {
  const x = floatInput(call, 0);
  if (x.shape.length !== 4) throw new Skip('resizing other than images');
  const [scalesAt, sizesAt] = call.opset >= 11 ? [2, 3] : [1, 3];
  const given = numbersInput(call, scalesAt);
  const scales = given?.length ? given : undefined;
  const to = numbersInput(call, sizesAt) ?? x.shape.map((extent, axis) => Math.floor(extent * (scales?.[axis] ?? 1)));
  const scaleOf = (axis: number): number => scales?.[axis] ?? (to[axis] as number) / (x.shape[axis] as number);
  const convention = textAttribute(
    call,
    'coordinate_transformation_mode',
    call.opset >= 11 ? 'half_pixel' : 'asymmetric',
  );
  const [ours, position] = coordinates[convention] ?? [];
  if (!ours || !position) throw new Skip(`resizing with coordinates '${convention}'`);
  const mode = textAttribute(call, 'mode', 'nearest');
  if (mode === 'cubic') throw new Skip("resizing 'cubic'; ours is nearest and bilinear");
  const rounding = textAttribute(call, 'nearest_mode', call.opset >= 11 ? 'round_prefer_floor' : 'floor');
  for (const axis of [2, 3]) {
    const [extent, size, scale] = [x.shape[axis] as number, to[axis] as number, scaleOf(axis)];
    for (let index = 0; index < size; index++) {
      const theirs = position(index, scale, extent, size);
      const here = position(index, size / extent, extent, size);
      if (mode === 'linear' && ours !== 'alignCorners' && Math.abs(theirs - here) > 1e-6)
        throw new Skip('resizing by a scale that is not the quotient of the extents');
      const clamp = (at: number): number => Math.min(Math.max(at, 0), extent - 1);
      const chosen = (ours === 'asymmetric' ? Math.floor : roundings.round_prefer_ceil)?.(here) as number;
      if (mode === 'nearest' && clamp(roundings[rounding]?.(theirs) as number) !== clamp(chosen))
        throw new Skip(`resizing where '${rounding}' picks another element than our rounding`);
    }
  }
  const size = [to[2] as number, to[3] as number] as const;
  return withChannelsLast(x, (images) =>
    ops.resize2d(images, size, { mode: mode === 'linear' ? 'bilinear' : 'nearest', coordinates: ours }),
  );
}

/** The loss, and the log-probabilities where they are asked for: classes are the second axis, we take [batch, classes]. */
export function softmaxCrossEntropy(call: Call): Tensor[] {
  const scores = floatInput(call, 0);
  const last = scores.shape.length > 2 ? channelsLast(scores) : scores;
  const classes = scores.shape[1] as number;
  const ignoreIndex = call.attributes.ignore_index as number | undefined;
  const labels = tensor(Int32Array.from(call.constants[1]?.numbers ?? []));
  const classWeights = call.inputs[2] && floatInput(call, 2);
  const reduction = textAttribute(call, 'reduction', 'mean') as 'mean' | 'sum' | 'none';
  const loss = ops.softmaxCrossEntropy(ops.reshape(last, [-1, classes]), labels, {
    reduction,
    ...(ignoreIndex !== undefined && { ignoreIndex }),
    ...(classWeights && { classWeights: classWeights as Tensor }),
  });
  const shaped = reduction === 'none' ? ops.reshape(loss, call.constants[1]?.shape ?? []) : loss;
  const logs = ops.logSoftmax(last, { axis: -1 });
  return [shaped, scores.shape.length > 2 ? channelsSecond(logs) : logs];
}
