// Operators that choose, look up or rearrange elements, and losses of labels.
import { ops, type Tensor, tensor } from 'convgrad';
import {
  type Call,
  channelsLast,
  floatInput,
  numberAttribute,
  numbersAttribute,
  numbersInput,
  Skip,
  textAttribute,
  type Value,
  withChannelsLast,
} from './values.js';

const axisOf = (call: Call, x: Tensor, fallback: number): number => {
  const axis = numberAttribute(call, 'axis', fallback);
  return axis < 0 ? axis + x.shape.length : axis;
};

/** Of equal values the first, ours and ONNX's default. `sign` −1 for the smallest. */
export const extremumAt =
  (sign: 1 | -1) =>
  (call: Call): Tensor => {
    if (numberAttribute(call, 'select_last_index', 0) === 1)
      throw new Skip('the last of equal values; ours is the first');
    const x = floatInput(call, 0);
    const axis = axisOf(call, x, 0);
    const y = ops.argMax(sign === 1 ? x : ops.negate(x), { axis });
    return numberAttribute(call, 'keepdims', 1) === 1 ? ops.reshape(y, x.shape.with(axis, 1)) : y;
  };

/** Ours is along the last axis. */
export function topK(call: Call): Tensor[] {
  const x = floatInput(call, 0);
  const axis = axisOf(call, x, -1);
  const last = x.shape.length - 1;
  const swap = x.shape.map((_, at) => (at === axis ? last : at === last ? axis : at));
  const largest = numberAttribute(call, 'largest', 1) === 1;
  const k = (numbersInput(call, 1) ?? [numberAttribute(call, 'k', 1)])[0] as number;
  const turned = ops.transpose(x, swap);
  const { values, indices } = ops.topK(largest ? turned : ops.negate(turned), k);
  return [ops.transpose(largest ? values : ops.negate(values), swap), ops.transpose(indices, swap)];
}

/** Ours does not count from the end. */
export function gather(call: Call): Tensor {
  const x = floatInput(call, 0);
  const axis = axisOf(call, x, 0);
  const extent = x.shape[axis] as number;
  const indices = (numbersInput(call, 1) ?? []).map((at) => (at < 0 ? at + extent : at));
  return ops.gather(x, tensor(Int32Array.from(indices), call.constants[1]?.shape ?? []), { axis });
}

/** Without training: x itself, and nothing dropped. */
export function dropout(call: Call): Value[] {
  const x = floatInput(call, 0);
  const ratio = numbersInput(call, 1)?.[0] ?? numberAttribute(call, 'ratio', 0.5);
  if (numbersInput(call, 2)?.[0] && ratio !== 0) throw new Skip('random numbers, which are not those of the reference');
  const count = x.shape.reduce((product, extent) => product * extent, 1);
  return [x, { type: 'bool', shape: x.shape, numbers: Array<number>(count).fill(1) }];
}

/** −Σ w(label) x(label), as a product with the weighted one-hot labels. */
export function negativeLogLikelihood(call: Call): Tensor {
  const scores = floatInput(call, 0);
  const x = scores.shape.length > 2 ? channelsLast(scores) : scores;
  const classes = scores.shape[1] as number;
  const labels = numbersInput(call, 1) ?? [];
  const weights = numbersInput(call, 2);
  const ignored = call.attributes.ignore_index;
  const weightOf = (label: number): number => (label === ignored ? 0 : (weights?.[label] ?? 1));
  const chosen = labels.flatMap((label) => Array.from({ length: classes }, (_, k) => (k === label ? weightOf(k) : 0)));
  const losses = ops.negate(ops.sum(ops.multiply(x, tensor(chosen, x.shape)), { axes: x.shape.length - 1 }));
  const reduction = textAttribute(call, 'reduction', 'mean');
  if (reduction === 'none') return losses;
  const total = ops.sum(losses);
  return reduction === 'sum'
    ? total
    : ops.divide(
        total,
        labels.reduce((sum, label) => sum + weightOf(label), 0),
      );
}

/** Blocks of channels become blocks of pixels. */
export function depthToSpace(call: Call): Tensor {
  const x = floatInput(call, 0);
  const [n, channels, height, width] = x.shape as [number, number, number, number];
  const block = numberAttribute(call, 'blocksize', 1);
  const depth = channels / block ** 2;
  const columnsFirst = textAttribute(call, 'mode', 'DCR') === 'CRD';
  const cube = ops.reshape(
    x,
    columnsFirst ? [n, depth, block, block, height, width] : [n, block, block, depth, height, width],
  );
  const turned = ops.transpose(cube, columnsFirst ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2]);
  return ops.reshape(turned, [n, depth, height * block, width * block]);
}

export function spaceToDepth(call: Call): Tensor {
  const x = floatInput(call, 0);
  const [n, channels, height, width] = x.shape as [number, number, number, number];
  const block = numberAttribute(call, 'blocksize', 1);
  const cube = ops.reshape(x, [n, channels, height / block, block, width / block, block]);
  return ops.reshape(ops.transpose(cube, [0, 3, 5, 1, 2, 4]), [
    n,
    channels * block ** 2,
    height / block,
    width / block,
  ]);
}

export function thresholdedRelu(call: Call): Tensor {
  const x = floatInput(call, 0);
  return ops.multiply(x, ops.greater(x, numberAttribute(call, 'alpha', 1)));
}

/** Batch, height and width have mean 0 and deviation 1: instance normalisation of the batch as one image. */
export function meanVarianceNormalization(call: Call): Tensor {
  const axes = numbersAttribute(call, 'axes') ?? [0, 2, 3];
  if (`${axes}` !== '0,2,3') throw new Skip('normalisation over other axes than batch and pixels');
  return withChannelsLast(floatInput(call, 0), (x) => {
    const [n, height, width, channels] = x.shape as [number, number, number, number];
    return ops.reshape(ops.instanceNorm(ops.reshape(x, [1, n * height, width, channels]), { epsilon: 1e-9 }), x.shape);
  });
}

/** The condition is a constant. */
export function where(call: Call): Tensor {
  const condition = tensor(Uint8Array.from(numbersInput(call, 0) ?? []), call.constants[0]?.shape ?? []);
  return ops.where(condition, floatInput(call, 1), floatInput(call, 2));
}
