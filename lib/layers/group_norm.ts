// Group normalisation:  y = gamma · (x − mean) / √(variance + epsilon) + beta, by each sample's groups of channels.
//   gamma, beta  [channels]
// Wu & He 2018 (arXiv 1803.08494).
import { groupNorm as groupNormOp } from '../ops/group_norm.js';
import { checkInteger } from '../tensor/arguments.js';
import { ShapeError } from '../tensor/errors.js';
import type { Shape } from '../tensor/shape.js';
import type { Divides, IsUnknownRank, ShapeText } from '../tensor/shape_types.js';
import type { Tensor } from '../tensor/tensor.js';
import { AffineNorm, type AffineNormOptions } from './affine_norm.js';
import type { ShapeRule } from './shape_rule.js';

/** Options of `groupNorm`. `affine` is true by default. */
export interface GroupNormOptions<Groups extends number = number> extends AffineNormOptions {
  /** Number of groups of neighbouring channels; divides the channels. */
  readonly groups: Groups;
}

interface GroupNormRule<Groups extends number> extends ShapeRule {
  readonly output: IsUnknownRank<this['input']> extends true
    ? this['input']
    : this['input'] extends readonly [...number[], infer Channels extends number]
      ? Divides<Groups, Channels> extends true
        ? this['input']
        : `groupNorm has ${Groups} groups, which do not divide the channels of its input ${ShapeText<this['input']>}`
      : `groupNorm expects an input with channels last, got ${ShapeText<this['input']>}`;
}

/** The layer that `groupNorm` makes. */
export class GroupNorm<Groups extends number = number> extends AffineNorm<GroupNormRule<Groups>> {
  readonly groups: number;

  constructor(options: GroupNormOptions) {
    super('groupNorm', options, true, ['groups']);
    checkInteger('groupNorm', 'groups', options.groups);
    this.groups = options.groups;
  }

  override outputShape(input: Shape): Shape {
    const channels = super.outputShape(input).at(-1) as number;
    if (channels % this.groups !== 0)
      throw new ShapeError(`groupNorm: input has ${channels} channels, which ${this.groups} groups do not divide`);
    return input;
  }

  override forward(x: Tensor): Tensor {
    return groupNormOp(x, { ...this.normalization, groups: this.groups });
  }
}

/**
 * Normalises each sample's channels in groups of neighbours, over all pixels, then scales and shifts each channel.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.groupNorm({ groups: 32 })
 */
export function groupNorm<const Groups extends number>(options: GroupNormOptions<Groups>): GroupNorm<Groups> {
  return new GroupNorm(options);
}
