// k-max pooling:  the k largest of each channel of a sequence, in their order. Kalchbrenner et al. 2014 (arXiv 1404.2188).
import type { Compare } from 'ts-arithmetic';
import { kMaxPool as kMaxPoolOp } from '../ops/k_max_pool.js';
import { checkInteger, checkOptions } from '../tensor/arguments.js';
import { ShapeError } from '../tensor/errors.js';
import type { Shape } from '../tensor/shape.js';
import type { IsUnknownRank, ShapeText } from '../tensor/shape_types.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkSequence } from './image.js';
import { Layer, type LayerOptions } from './layer.js';
import type { ShapeRule } from './shape_rule.js';

/** Options of `kMaxPool`. */
export interface KMaxPoolOptions<K extends number = number> extends LayerOptions {
  /** How many elements of each channel are kept; at most the length. */
  readonly k: K;
}

interface KMaxPoolRule<K extends number> extends ShapeRule {
  readonly output: IsUnknownRank<this['input']> extends true
    ? [K, number]
    : this['input'] extends readonly [infer Length extends number, infer Channels extends number]
      ? number extends Length | K
        ? [K, Channels]
        : Compare<Length, K> extends -1
          ? `kMaxPool has k ${K}, more than the length of its input ${ShapeText<this['input']>}`
          : [K, Channels]
      : `kMaxPool expects a sequence [length, channels], got ${ShapeText<this['input']>}`;
}

/** The layer that `kMaxPool` makes. */
export class KMaxPool<K extends number = number> extends Layer<KMaxPoolRule<K>> {
  readonly k: number;

  constructor(options: KMaxPoolOptions) {
    checkOptions('kMaxPool', options, ['name', 'k']);
    super('kMaxPool', options);
    checkInteger('kMaxPool', 'k', options.k);
    this.k = options.k;
  }

  override outputShape(input: Shape): Shape {
    const [length, channels] = checkSequence('kMaxPool', input);
    if (length < this.k) throw new ShapeError(`kMaxPool: k ${this.k} is larger than the length ${length} of its input`);
    return [this.k, channels];
  }

  override receptiveField(): undefined {
    return undefined;
  }

  override forward(x: Tensor): Tensor {
    return kMaxPoolOp(x, { k: this.k });
  }
}

/**
 * The k largest elements of each channel of a [length, channels] sequence, in the order they stand in.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.kMaxPool({ k: 3 })
 */
export function kMaxPool<const K extends number>(options: KMaxPoolOptions<K>): KMaxPool<K> {
  return new KMaxPool(options);
}
