// Embedding:  y[…] = table[indices[…]],  table [vocabulary, size], indices int32
import { checkInitializers, type Initializer } from '../initializers/initializer.js';
import { normal } from '../initializers/normal.js';
import { uniform } from '../initializers/uniform.js';
import { embedding as embeddingOp } from '../ops/embedding.js';
import { multiply } from '../ops/multiply.js';
import { checkBoolean, checkInteger, checkOptions } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Shape } from '../tensor/shape.js';
import type { IsUnknownRank } from '../tensor/shape_types.js';
import { type Tensor, tensor } from '../tensor/tensor.js';
import { Layer, type LayerOptions, type ParameterSpecs } from './layer.js';
import type { ShapeRule } from './shape_rule.js';

/** Options of `embedding`. */
export interface EmbeddingOptions<Size extends number = number> extends LayerOptions {
  /** Number of different indices. */
  readonly vocabulary: number;
  /** Length of the vector of each. */
  readonly size: Size;
  /** The index that stands for no word: its vector is 0 at first and is not learned. None by default. */
  readonly paddingIndex?: number;
  /** Whether the vectors are learned, default true. */
  readonly trainable?: boolean;
  /** Default `normal(1)`, PyTorch's. */
  readonly tableInitializer?: Initializer;
}

interface EmbeddingRule<Size extends number> extends ShapeRule {
  readonly output: IsUnknownRank<this['input']> extends true
    ? number[]
    : this['input'] extends readonly [...infer Axes extends number[]]
      ? [...Axes, Size]
      : never;
}

/** `initializer`, but for one row, which becomes 0. */
function withoutRow(initializer: Initializer, row: number): Initializer {
  return (parameter, random) => {
    initializer(parameter, random);
    const rows = parameter.shape[0] as number;
    const kept = tensor(
      Array.from({ length: rows }, (_, index) => (index === row ? 0 : 1)),
      [rows, 1],
      parameter.dtype,
    );
    parameter.assign(multiply(parameter, kept));
  };
}

/** The layer that `embedding` makes. */
export class Embedding<Size extends number = number> extends Layer<EmbeddingRule<Size>> {
  readonly vocabulary: number;
  readonly size: number;
  readonly paddingIndex: number | undefined;
  readonly trainable: boolean;
  readonly #tableInitializer: Initializer | undefined;

  constructor(options: EmbeddingOptions) {
    checkOptions('embedding', options, ['name', 'vocabulary', 'size', 'paddingIndex', 'trainable', 'tableInitializer']);
    super('embedding', options);
    checkInitializers('embedding', options);
    const { vocabulary, size, paddingIndex, trainable = true, tableInitializer } = options;
    checkInteger('embedding', 'vocabulary', vocabulary);
    checkInteger('embedding', 'size', size);
    checkBoolean('embedding', 'trainable', trainable);
    if (paddingIndex !== undefined) checkInteger('embedding', 'paddingIndex', paddingIndex, 0);
    if (paddingIndex !== undefined && paddingIndex >= vocabulary)
      throw new ArgumentError(`embedding: paddingIndex ${paddingIndex} is not below vocabulary ${vocabulary}`);
    this.vocabulary = vocabulary;
    this.size = size;
    this.paddingIndex = paddingIndex;
    this.trainable = trainable;
    this.#tableInitializer = tableInitializer;
  }

  override outputShape(input: Shape): Shape {
    return [...input, this.size];
  }

  override parameterSpecs(): ParameterSpecs {
    const { paddingIndex, trainable } = this;
    const padded = (initializer: Initializer): Initializer =>
      paddingIndex === undefined ? initializer : withoutRow(initializer, paddingIndex);
    const start = this.#tableInitializer
      ? { initializer: padded(this.#tableInitializer) }
      : { initializer: padded(normal(1)), keras: padded(uniform(-0.05, 0.05)) };
    return { table: { shape: [this.vocabulary, this.size], ...start, trainable } };
  }

  override forward(x: Tensor): Tensor {
    const { paddingIndex } = this;
    return embeddingOp(this.parameter('table'), x, paddingIndex === undefined ? {} : { paddingIndex });
  }
}

/**
 * A learned vector for each index of an int32 input.
 *
 * @throws ArgumentError for an invalid or unknown option.
 * @example
 * layers.embedding({ vocabulary: 10_000, size: 64, paddingIndex: 0 }) // [length] becomes [length, 64]
 */
export function embedding<const Size extends number>(options: EmbeddingOptions<Size>): Embedding<Size> {
  return new Embedding(options);
}
