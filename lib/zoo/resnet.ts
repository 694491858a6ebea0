// ResNet for ImageNet, He, Zhang, Ren & Sun 2015: https://arxiv.org/abs/1512.03385
//
//   64@7×7/2 · maximum 3×3/2 · four stages of blocks with 64, 128, 256 and 512 filters · average · classes
import * as layers from '../layers/index.js';
import type { Model } from '../models/model.js';
import { checkBoolean, checkChoice, checkInteger, show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import { type NetworkOptions, planNetwork } from './network.js';
import { normed, residualStages, type Shortcut, shortcuts } from './residual_blocks.js';

const published = {
  '18': { repeats: [2, 2, 2, 2], bottleneck: false },
  '34': { repeats: [3, 4, 6, 3], bottleneck: false },
  '50': { repeats: [3, 4, 6, 3], bottleneck: true },
  '101': { repeats: [3, 4, 23, 3], bottleneck: true },
  '152': { repeats: [3, 8, 36, 3], bottleneck: true },
} as const;

/** Options of `resnet`. */
export interface ResnetOptions extends NetworkOptions {
  /** Layers with weights, default 50. */
  readonly depth?: 18 | 34 | 50 | 101 | 152;
  /** Blocks of each stage, for other depths; default as published. */
  readonly repeats?: readonly number[];
  /** Whether blocks are bottlenecks, default as published: from 50 layers on. */
  readonly bottleneck?: boolean;
  /** `'v1'` strides in a bottleneck's first convolution, as published; `'v1.5'` (default) in its 3×3, as torchvision. */
  readonly version?: 'v1' | 'v1.5';
  /** `'A'` pads with zeros, `'B'` (default) projects where shapes change, `'C'` everywhere; `'none'` makes a plain network. */
  readonly shortcut?: Shortcut;
}

/**
 * ResNet-18, 34, 50, 101 or 152, or the plain network of that depth.
 *
 * ResNet-50 has 25,557,032 parameters at [224, 224, 3], the default. Names are torchvision's (`'layer1.0.residual.conv1.filter'`
 * is its `'layer1.0.conv1.weight'`), and so are the initial weights; `io.loadTorchWeights` reads its files.
 *
 * @throws ArgumentError for an invalid or unknown option, ShapeError for an `inputShape` that does not fit.
 * @example
 * const model = zoo.resnet({ depth: 18, classes: 10 });
 * const plain = zoo.resnet({ depth: 34, shortcut: 'none' });
 */
export function resnet(options: ResnetOptions = {}): Model {
  const own = ['depth', 'repeats', 'bottleneck', 'version', 'shortcut'];
  const defaults = { classes: 1000, inputShape: [224, 224, 3] };
  const { classes, wide, build } = planNetwork('resnet', options, defaults, own);
  const { depth = 50, version = 'v1.5', shortcut = 'B' } = options;
  const name = String(depth);
  checkChoice('resnet', 'depth', name, Object.keys(published) as (keyof typeof published)[]);
  const { repeats = published[name].repeats, bottleneck = published[name].bottleneck } = options;
  if (!Array.isArray(repeats) || repeats.length === 0)
    throw new ArgumentError(`resnet: repeats must list the blocks of each stage, but received ${show(repeats)}`);
  for (const [stage, count] of repeats.entries()) checkInteger('resnet', `repeats[${stage}]`, count);
  checkBoolean('resnet', 'bottleneck', bottleneck);
  checkChoice('resnet', 'version', version, ['v1', 'v1.5']);
  checkChoice('resnet', 'shortcut', shortcut, shortcuts);
  const widths = repeats.map((_, stage) => wide(64 << stage));
  return build([
    ...normed(wide(64), 7, 2),
    layers.activation('relu', { name: 'relu' }),
    layers.maxPool2d({ poolSize: 3, strides: 2, padding: 1, name: 'maxpool' }),
    ...residualStages(wide(64), widths, repeats, { shortcut, bottleneck, strideFirst: version === 'v1' }),
    layers.globalAveragePool2d({ name: 'avgpool' }),
    layers.dense({ units: classes, name: 'fc' }),
  ]);
}
