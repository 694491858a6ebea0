// Max over time:  [length, channels] → [channels]. Collobert et al. 2011 (arXiv 1103.0398); Kim 2014 (arXiv 1408.5882).
import { maxOverTime as maxOverTimeOp } from '../ops/max_over_time.js';
import { checkOptions } from '../tensor/arguments.js';
import type { SequenceChannels } from '../tensor/pool_shape_types.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkSequence } from './image.js';
import { Layer, type LayerOptions } from './layer.js';
import type { ShapeRule } from './shape_rule.js';

interface MaxOverTimeRule extends ShapeRule {
  readonly output: SequenceChannels<'maxOverTime', this['input']>;
}

/** The layer that `maxOverTime` makes. */
export class MaxOverTime extends Layer<MaxOverTimeRule> {
  constructor(options: LayerOptions = {}) {
    checkOptions('maxOverTime', options, ['name']);
    super('maxOverTime', options);
  }

  override outputShape(input: Shape): Shape {
    return [checkSequence('maxOverTime', input)[1]];
  }

  override receptiveField(): undefined {
    return undefined;
  }

  override forward(x: Tensor): Tensor {
    return maxOverTimeOp(x);
  }
}

/**
 * The maximum of each channel over the whole sequence: [length, channels] becomes [channels].
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.maxOverTime()
 */
export function maxOverTime(options?: LayerOptions): MaxOverTime {
  return new MaxOverTime(options);
}
