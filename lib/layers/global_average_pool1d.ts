// Global average pooling of sequences:  [length, channels] → [channels].
import { globalAveragePool1d as globalAveragePool1dOp } from '../ops/global_average_pool1d.js';
import { checkOptions } from '../tensor/arguments.js';
import type { SequenceChannels } from '../tensor/pool_shape_types.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkSequence } from './image.js';
import { Layer, type LayerOptions } from './layer.js';
import type { ShapeRule } from './shape_rule.js';

interface GlobalAveragePool1dRule extends ShapeRule {
  readonly output: SequenceChannels<'globalAveragePool1d', this['input']>;
}

/** The layer that `globalAveragePool1d` makes. */
export class GlobalAveragePool1d extends Layer<GlobalAveragePool1dRule> {
  constructor(options: LayerOptions = {}) {
    checkOptions('globalAveragePool1d', options, ['name']);
    super('globalAveragePool1d', options);
  }

  override outputShape(input: Shape): Shape {
    return [checkSequence('globalAveragePool1d', input)[1]];
  }

  override receptiveField(): undefined {
    return undefined;
  }

  override forward(x: Tensor): Tensor {
    return globalAveragePool1dOp(x);
  }
}

/**
 * The mean of each channel over the whole sequence: [length, channels] becomes [channels]. (The maximum is `maxOverTime`.)
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.globalAveragePool1d()
 */
export function globalAveragePool1d(options?: LayerOptions): GlobalAveragePool1d {
  return new GlobalAveragePool1d(options);
}
