// The Inception module: branches of several kernel sizes side by side. Szegedy et al. 2014 (arXiv 1409.4842), table 1.
//
//   branch1  1×1                     branch3  1×1 → 5×5 (torchvision: 3×3)
//   branch2  1×1 → 3×3               branch4  maximum 3×3 → 1×1
import { zeros } from '../initializers/constant.js';
import { glorotUniform } from '../initializers/glorot.js';
import { truncatedNormal } from '../initializers/normal.js';
import * as layers from '../layers/index.js';

/** Filters of each module: 1×1; before 3×3, 3×3; before 5×5, 5×5; after the maximum. */
export const modules = {
  '3a': [64, 96, 128, 16, 32, 32],
  '3b': [128, 128, 192, 32, 96, 64],
  '4a': [192, 96, 208, 16, 48, 64],
  '4b': [160, 112, 224, 24, 64, 64],
  '4c': [128, 128, 256, 24, 64, 64],
  '4d': [112, 144, 288, 32, 64, 64],
  '4e': [256, 160, 320, 32, 128, 128],
  '5a': [256, 160, 320, 32, 128, 128],
  '5b': [384, 192, 384, 48, 128, 128],
} as const;

/** How a network builds its convolutions. */
export interface InceptionStyle {
  /** Whether batch norm follows convolutions, in the place of their biases. */
  readonly batchNorm: boolean;
  /** Kernel of the third branch. */
  readonly largeKernel: 3 | 5;
  /** The filters there are for a published number. */
  wide(filters: number): number;
}

/** A convolution and ReLU as one layer, with batch norm between where the style has it. */
export function convolution(
  filters: number,
  kernelSize: number,
  { batchNorm, wide }: InceptionStyle,
  { strides = 1, name }: { strides?: number; name?: string } = {},
): layers.Layer {
  const shape = { filters: wide(filters), kernelSize, strides, padding: (kernelSize - 1) / 2, name: 'conv' };
  const parts = batchNorm
    ? [
        layers.conv2d({ ...shape, bias: false, filterInitializer: truncatedNormal(0.01) }),
        layers.batchNorm({ epsilon: 1e-3, name: 'bn' }),
      ]
    : [layers.conv2d({ ...shape, filterInitializer: glorotUniform(), biasInitializer: zeros })];
  return layers.sequential([...parts, layers.activation('relu', { name: 'relu' })], name === undefined ? {} : { name });
}

/** One module, named as in torchvision: `'inception3a'`. */
export function inception(name: keyof typeof modules, style: InceptionStyle): layers.Layer {
  const [one, before3, three, before5, five, projection] = modules[name];
  const conv = (filters: number, kernelSize: number): layers.Layer => convolution(filters, kernelSize, style);
  const pool = layers.maxPool2d({ poolSize: 3, strides: 1, padding: 1, ceilMode: true });
  return layers.parallel(
    [
      convolution(one, 1, style, { name: 'branch1' }),
      layers.sequential([conv(before3, 1), conv(three, 3)], { name: 'branch2' }),
      layers.sequential([conv(before5, 1), conv(five, style.largeKernel)], { name: 'branch3' }),
      layers.sequential([pool, conv(projection, 1)], { name: 'branch4' }),
    ],
    { name: `inception${name}` },
  );
}
