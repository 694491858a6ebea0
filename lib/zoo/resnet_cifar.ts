// ResNet for CIFAR-10, He, Zhang, Ren & Sun 2015, section 4.2: https://arxiv.org/abs/1512.03385
//
//   16@3×3 · three stages of n basic blocks with 16, 32 and 64 filters · average · classes;  6n + 2 layers
import * as layers from '../layers/index.js';
import type { Model } from '../models/model.js';
import { checkChoice, checkInteger } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import { type NetworkOptions, planNetwork } from './network.js';
import { normed, residualStages, type Shortcut, shortcuts } from './residual_blocks.js';

/** Options of `resnetCifar`. */
export interface ResnetCifarOptions extends NetworkOptions {
  /** Layers with weights, 6n + 2; default 20. */
  readonly depth?: number;
  /** `'A'` (default, as published) pads with zeros, `'B'` projects where shapes change, `'C'` everywhere; `'none'` makes a plain network. */
  readonly shortcut?: Shortcut;
}

/**
 * ResNet-20, 32, 44, 56 or 110 for images of 32×32, or any other of 6n + 2 layers, or the plain network of that depth.
 *
 * ResNet-20 has 269,722 parameters at [32, 32, 3], the default. Names and zeros are those of akamaster's PyTorch version.
 *
 * @throws ArgumentError for an invalid or unknown option, ShapeError for an `inputShape` that does not fit.
 * @example
 * const model = zoo.resnetCifar({ depth: 56 });
 * const plain = zoo.resnetCifar({ depth: 56, shortcut: 'none' });
 */
export function resnetCifar(options: ResnetCifarOptions = {}): Model {
  const defaults = { classes: 10, inputShape: [32, 32, 3] };
  const { classes, wide, build } = planNetwork('resnetCifar', options, defaults, ['depth', 'shortcut']);
  const { depth = 20, shortcut = 'A' } = options;
  checkInteger('resnetCifar', 'depth', depth, 8);
  if ((depth - 2) % 6 !== 0) throw new ArgumentError(`resnetCifar: depth must be 6n + 2, but received ${depth}`);
  checkChoice('resnetCifar', 'shortcut', shortcut, shortcuts);
  const widths = [16, 32, 64].map((filters) => wide(filters));
  const repeats = widths.map(() => (depth - 2) / 6);
  return build([
    ...normed(wide(16), 3),
    layers.activation('relu', { name: 'relu' }),
    ...residualStages(wide(16), widths, repeats, { shortcut, bottleneck: false, strideFirst: false }),
    layers.globalAveragePool2d({ name: 'avgpool' }),
    layers.dense({ units: classes, name: 'linear' }),
  ]);
}
