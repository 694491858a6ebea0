// What layers and models say when options or shapes do not fit. Nothing here runs an op.
import { describe, expect, it } from 'vitest';
import type { Layer } from '../../lib/layers/index.js';
import * as layers from '../../lib/layers/index.js';
import { sequential } from '../../lib/models/sequential.js';
import { ArgumentError, ShapeError } from '../../lib/tensor/errors.js';

/** Calls a factory with options that the types forbid. */
const make = (factory: (options: never) => Layer, options: unknown) => () => factory(options as never);

describe('options are validated when the layer is made', () => {
  it.each([
    [make(layers.conv2d, { filters: 0, kernelSize: 3 }), 'conv2d: filters must be a positive integer, but received 0'],
    [
      make(layers.conv2d, { filters: 2.5, kernelSize: 3 }),
      'conv2d: filters must be a positive integer, but received 2.5',
    ],
    [make(layers.conv2d, { filters: 8 }), 'conv2d: kernelSize must be a positive integer, but received undefined'],
    [
      make(layers.conv2d, { filters: 8, kernelSize: [3] }),
      'conv2d: kernelSize must be a number or [height, width], but received [3]',
    ],
    [
      make(layers.conv2d, { filters: 8, kernelSize: [3, -1] }),
      'conv2d: kernelSize[1] must be a positive integer, but received -1',
    ],
    [
      make(layers.conv2d, { filters: 8, kernelSize: 3, strides: 0 }),
      'conv2d: strides must be a positive integer, but received 0',
    ],
    [
      make(layers.conv2d, { filters: 8, kernelSize: 3, dilations: Number.NaN }),
      'conv2d: dilations must be a positive integer, but received NaN',
    ],
    [make(layers.conv2d, { filters: 8, kernelSize: 3, groups: 3 }), 'conv2d: groups 3 must divide filters 8'],
    [make(layers.conv2d, { filters: 8, kernelSize: 3, padding: 'SAME' }), "conv2d: padding must be 'valid', 'same'"],
    [
      make(layers.conv2d, { filters: 8, kernelSize: 3, activation: 'rleu' }),
      "conv2d: activation must be one of 'none', 'relu'",
    ],
    [make(layers.conv2d, { filters: 8, kernelSize: 3, bias: 1 }), 'conv2d: bias must be true or false, but received 1'],
    [
      make(layers.conv2d, { filters: 8, kernelSize: 3, stride: 2 }),
      "conv2d: unknown option 'stride'; it takes name, filters",
    ],
    [make(layers.conv2d, undefined), 'conv2d: expected an options object, but received undefined'],
    [
      make(layers.conv2d, { filters: 8, kernelSize: 3, name: 'a.b' }),
      'conv2d: name must be a string without dots or spaces',
    ],
    [
      make(layers.conv2d, { filters: 8, kernelSize: 3, bias: false, biasInitializer: () => {} }),
      'conv2d: biasInitializer is given but bias is false',
    ],
    [make(layers.maxPool2d, { poolSize: 0 }), 'maxPool2d: poolSize must be a positive integer, but received 0'],
    [
      make(layers.maxPool2d, { size: 2 }),
      "maxPool2d: unknown option 'size'; it takes name, poolSize, strides, padding",
    ],
    [
      make(layers.averagePool2d, { poolSize: 2, strides: [2, 0] }),
      'averagePool2d: strides[1] must be a positive integer, but received 0',
    ],
    [make(layers.dense, { units: -1 }), 'dense: units must be a positive integer, but received -1'],
    [make(layers.dense, { units: 10, inputs: 0 }), 'dense: inputs must be a positive integer, but received 0'],
    [make(layers.dropout, { rate: 1 }), 'dropout: rate must be below 1, but received 1'],
    [make(layers.dropout, { rate: Number.NaN }), 'dropout: rate must be a finite number from 0 to 1, but received NaN'],
    [
      make(layers.batchNorm, { momentum: 2 }),
      'batchNorm: momentum must be a finite number from 0 to 1, but received 2',
    ],
    [
      make(layers.batchNorm, { epsilon: -1 }),
      'batchNorm: epsilon must be a finite number of at least 0, but received -1',
    ],
    [make(layers.activation, 'toString'), 'activation: activation must be one of'],
    [make(layers.flatten, { axis: 1 }), "flatten: unknown option 'axis'; it takes name"],
    [make(layers.residual, 3), 'residual: expects an array of layers, but received 3'],
    [make(layers.residual, [3]), 'residual: layers[0] is not a layer, but 3'],
    [make(layers.parallel, []), 'parallel: expects at least one branch'],
    [
      make(layers.sequential, [layers.flatten({ name: 'a' }), layers.flatten({ name: 'a' })]),
      "sequential: two layers are named 'a'",
    ],
  ])('%#', (call, message) => {
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(message);
  });
});

describe('shapes are checked when the model is made, and the error names the path', () => {
  const model = (inputShape: number[], list: readonly Layer[]) => () => sequential({ inputShape, layers: [...list] });

  it.each([
    [
      model([28, 28, 1], [layers.flatten(), layers.conv2d({ filters: 4, kernelSize: 3 })]),
      'conv2d "1": expects an image [height, width, channels], got [784]',
    ],
    [
      model([28, 28, 1], [layers.dense({ units: 4, name: 'logits' })]),
      'dense "logits": expects a flat input [features], got [28, 28, 1]: put flatten() before it',
    ],
    [
      model([28, 28, 1], [layers.flatten(), layers.dense({ units: 4, inputs: 5 })]),
      'dense "1": declares 5 inputs, got 784 features',
    ],
    [
      model([4, 9, 1], [layers.conv2d({ filters: 4, kernelSize: 5 })]),
      'conv2d "0": kernel 5 is larger than the input\'s height 4',
    ],
    [
      model([9, 4, 1], [layers.maxPool2d({ poolSize: 5 })]),
      'maxPool2d "0": kernel 5 is larger than the input\'s width 4',
    ],
    [
      model([9, 9, 4], [layers.conv2d({ filters: 6, kernelSize: 1, groups: 3 })]),
      'conv2d "0": input has 4 channels, which 3 groups do not divide',
    ],
    [
      model(
        [9, 9, 4],
        [layers.flatten(), layers.sequential([layers.residual([layers.globalAveragePool2d()])], { name: 'stage' })],
      ),
      'globalAveragePool2d "stage.0.0": expects an image [height, width, channels], got [324]',
    ],
    [
      model([9, 9, 4], [layers.residual([layers.conv2d({ filters: 4, kernelSize: 3 })], { name: 'block' })]),
      'residual "block": adds a branch of shape [7, 7, 4] to a shortcut of shape [9, 9, 4]',
    ],
    [
      model(
        [9, 9, 4],
        [
          layers.residual([layers.flatten()], {
            shortcut: [layers.flatten(), layers.flatten(), layers.dense({ units: 3, inputs: 2 })],
          }),
        ],
      ),
      'dense "0.shortcut.2": declares 2 inputs, got 324 features',
    ],
    [
      model([9, 9, 4], [layers.parallel([layers.flatten(), layers.activation('relu')])]),
      'parallel "0": joins branches along the channels, but [324] and [9, 9, 4] differ elsewhere',
    ],
  ])('%#', (call, message) => {
    expect(call).toThrow(ShapeError);
    expect(call).toThrow(message);
  });

  it.each([
    [model([28, -1, 1], []), 'model: shape must hold non-negative integers, but received [28, -1, 1]'],
    [model([28, 0, 1], []), 'model: inputShape must hold positive integers, but received [28, 0, 1]'],
    [
      () => sequential({ inputShape: [4], layers: [], seed: -1 }),
      'seed must be a non-negative integer, but received -1',
    ],
    [
      () => sequential({ inputShape: [4], layers: [], dtype: 'int32' as never }),
      "model: dtype must be one of 'float32', 'float64', but received 'int32'",
    ],
    [
      () => sequential({ inputShape: [4], layers: [], optimizer: 'adam' } as never),
      "sequential: unknown option 'optimizer'",
    ],
  ])('rejects options %#', (call, message) => {
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(message);
  });
});
