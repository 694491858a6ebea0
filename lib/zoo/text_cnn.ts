// Sentences by convolution, Kim 2014: https://arxiv.org/abs/1408.5882
//
//   words → vectors → filters of 3, 4 and 5 words, ReLU → maximum over the sentence → dropout → classes
import type { Initializer } from '../initializers/initializer.js';
import { uniform } from '../initializers/uniform.js';
import * as layers from '../layers/index.js';
import type { Model, ModelOptions } from '../models/model.js';
import { sequential } from '../models/sequential.js';
import { checkChoice, checkInteger, checkNumber, checkOptions, show } from '../tensor/arguments.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';

/** Options of `textCnn`. */
export interface TextCnnOptions extends Omit<ModelOptions, 'initializers'> {
  /** Number of words, the padding included: index 0 stands for no word. */
  readonly vocabulary: number;
  /** Words of a sentence with its padding, the longest filter less one at each end; default 64. */
  readonly length?: number;
  /** Default 2. */
  readonly classes?: number;
  /** Length of a word's vector, default 300. */
  readonly size?: number;
  /**
   * `'rand'` (default) learns the vectors from random ones, `'static'` keeps those given, `'nonStatic'` tunes them, and
   * `'multichannel'` does both: filters see a kept and a tuned copy.
   */
  readonly variant?: 'rand' | 'static' | 'nonStatic' | 'multichannel';
  /** The vectors [vocabulary, size] of all variants but `'rand'`, row by row. That of index 0 counts as 0. */
  readonly vectors?: Float32Array;
  /** Heights of the filters in words, default [3, 4, 5]. */
  readonly heights?: readonly number[];
  /** Filters of each height, default 100. */
  readonly filters?: number;
  /** Probability that a feature is dropped, default 0.5. */
  readonly dropout?: number;
}

const known = [
  'vocabulary',
  'length',
  'classes',
  'size',
  'variant',
  'vectors',
  'heights',
  'filters',
  'dropout',
  'seed',
  'dtype',
];
const variants = ['rand', 'static', 'nonStatic', 'multichannel'] as const;

/**
 * Kim's network for sentences of int32 word indices [length].
 *
 * 5,990,702 parameters for the 18,765 words of MR and the padding, whose vector stays 0. In the multichannel variant each filter
 * is applied to both copies and the results are added, which is the filter applied to their sum. The paper trains with Adadelta (ρ 0.95, ε 1e-6) and keeps the norm of each class's weights at 3.
 *
 * @throws ArgumentError for an invalid, missing or unknown option, ShapeError for vectors or a length that do not fit.
 * @example
 * const model = zoo.textCnn({ vocabulary: 18_766, variant: 'static', vectors });
 */
export function textCnn(options: TextCnnOptions): Model {
  checkOptions('textCnn', options, known);
  const { vocabulary, length = 64, classes = 2, size = 300, heights = [3, 4, 5] } = options;
  const { variant = 'rand', filters = 100, dropout = 0.5, vectors, seed, dtype } = options;
  for (const [name, value] of Object.entries({ vocabulary, length, classes, size, filters }))
    checkInteger('textCnn', name, value);
  checkChoice('textCnn', 'variant', variant, variants);
  checkNumber('textCnn', 'dropout', dropout, 0, 1);
  if (!Array.isArray(heights) || heights.length === 0)
    throw new ArgumentError(`textCnn: heights must list the filters' heights, but received ${show(heights)}`);
  if ((variant === 'rand') !== (vectors === undefined))
    throw new ArgumentError(`textCnn: variant '${variant}' ${vectors ? 'takes no' : 'needs'} vectors`);
  if (vectors && vectors.length !== vocabulary * size)
    throw new ShapeError(
      `textCnn: vectors must have ${vocabulary} · ${size} = ${vocabulary * size} elements, but have ${vectors.length}`,
    );
  const tableInitializer = vectors ? given(vectors) : uniform(-0.25, 0.25);
  const table = (name: string, trainable: boolean): layers.Layer =>
    layers.embedding({ vocabulary, size, paddingIndex: 0, tableInitializer, trainable, name });
  const words =
    variant === 'multichannel'
      ? layers.residual([table('tuned', true)], { shortcut: [table('kept', false)], name: 'embedding' })
      : table('embedding', variant !== 'static');
  const parts: readonly layers.Layer[] = [
    words,
    layers.parallel(
      heights.map((kernelSize) =>
        layers.sequential(
          [
            layers.conv1d({ filters, kernelSize, activation: 'relu', name: 'conv' }),
            layers.maxOverTime({ name: 'max' }),
          ],
          { name: `height${kernelSize}` },
        ),
      ),
      { name: 'filters' },
    ),
    layers.dropout({ rate: dropout, name: 'dropout' }),
    layers.dense({ units: classes, name: 'output' }),
  ];
  return sequential({
    inputShape: [length],
    layers: parts,
    ...(seed !== undefined && { seed }),
    ...(dtype && { dtype }),
  });
}

function given(vectors: Float32Array): Initializer {
  return (table) => {
    table.assign(table.dtype === 'float64' ? Float64Array.from(vectors) : vectors);
  };
}
