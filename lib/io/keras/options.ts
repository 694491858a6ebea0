// What reading a Keras model takes besides its file.
import { checkInteger, checkOptions, show } from '../../tensor/arguments.js';
import { ArgumentError } from '../../tensor/errors.js';
import { checkShape, type Shape } from '../../tensor/shape.js';

/** Options of `loadTfjs` and `loadKeras`. */
export interface LoadKerasOptions {
  /** Shape of a sample, where the file leaves extents open: `[224, 224, 3]` for `[null, null, 3]`. */
  readonly inputShape?: Shape;
  /** Settings of layers that may be left out, such as `['kernel_regularizer']`, which acts in training only. Default none. */
  readonly ignore?: readonly string[];
  /** Decides the dropout of further training, default 0. */
  readonly seed?: number;
}

/** @throws ArgumentError for an invalid or unknown option */
export function checkLoadOptions(subject: string, options: LoadKerasOptions) {
  checkOptions(subject, options, ['inputShape', 'ignore', 'seed']);
  const { inputShape, ignore = [], seed = 0 } = options;
  if (inputShape !== undefined) checkShape(`${subject}: inputShape`, inputShape);
  if (!Array.isArray(ignore) || ignore.some((key) => typeof key !== 'string'))
    throw new ArgumentError(`${subject}: ignore must be an array of names of settings, but received ${show(ignore)}`);
  checkInteger(subject, 'seed', seed, 0);
  return { inputShape, ignore: ignore as readonly string[], seed };
}
