// Models to and from TensorFlow.js' layers-model: model.json with the topology, and its weights in shards beside it.
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { NamedArray } from '../formats/safetensors.js';
import { checkShardSizes, decodeTfjs, decodeTfjsWeights, encodeTfjs } from '../formats/tfjs.js';
import { Model } from '../models/model.js';
import { show } from '../tensor/arguments.js';
import { ArgumentError, FormatError } from '../tensor/errors.js';
import type { Shapes } from '../tensor/named.js';
import type { Shape } from '../tensor/shape.js';
import { checkPath, readWhole, writeAtomically } from './atomic_file.js';
import { checkLoadOptions, type LoadKerasOptions } from './keras/options.js';
import { readModel } from './keras/read_model.js';
import { assignWeights } from './keras/weights.js';
import { writeModel } from './keras/write_model.js';

/**
 * Reads a model that TensorFlow.js has saved, or that was converted for it from Keras: its layers, under their names, and its weights,
 * which may be quantised. The optimizer and the loss that a file can name are not read.
 *
 * A model of several inputs or outputs has them by the names of their layers: `loadTfjs<Shape, Record<string, Shape>>(…)` for the
 * compiler. An `Embedding` takes int32.
 *
 * @param file model.json; the weights lie where it says, beside it or below
 * @throws (rejects with) ArgumentError when a file cannot be read, FormatError naming the file, the place and the layer for what is
 *   corrupt or cannot be expressed, ArraysMismatchError when the weights do not fit the layers
 * @example
 * const model = await io.loadTfjs('mobilenet/model.json');
 * const [probabilities] = await model.predict(images);
 */
export async function loadTfjs<Input extends Shapes = Shape, Output extends Shapes = Shape>(
  file: string,
  options: LoadKerasOptions = {},
): Promise<Model<Input, Output>> {
  const subject = 'loadTfjs';
  const { inputShape, ignore, seed } = checkLoadOptions(subject, options);
  const { topology, groups, offsetOf } = decodeTfjs(await readWhole(subject, file), file);
  const source = { subject, topology, file, offsetOf, dialect: 'tfjs', ignore, inputShape, seed } as const;
  const { model, placed } = readModel(source);
  const folder = path.dirname(file);
  const arrays = new Map<string, NamedArray>();
  for (const group of groups) {
    const files = group.paths.map((shard) => path.join(folder, shard));
    checkShardSizes(group, await Promise.all(files.map((shard) => sizeOf(subject, shard))), `${folder}${path.sep}`);
    const shards: Uint8Array[] = [];
    for (const shard of files) shards.push(await readWhole(subject, shard));
    for (const [name, array] of decodeTfjsWeights(group, shards)) {
      if (arrays.has(name))
        throw new FormatError(file, offsetOf(JSON.stringify(name)), `has two weights named '${name}'`);
      arrays.set(name, array);
    }
  }
  assignWeights(`${subject} '${file}'`, placed, arrays, () => model.namedParameters());
  return model as Model<never, never> as Model<Input, Output>;
}

async function sizeOf(subject: string, file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (cause) {
    throw new ArgumentError(`${subject}: cannot read '${file}': ${(cause as Error).message}`, { cause });
  }
}

/**
 * Writes a model for TensorFlow.js: `tf.loadLayersModel` reads it, in browsers and elsewhere, and so does {@link loadTfjs}.
 *
 * Layers inside others, such as those of `residual`, are written out one by one under their paths. Padding that Keras has no word for
 * becomes a ZeroPadding2D layer before a convolution, or before a maximum of what is never negative. In further training, Keras' batch
 * norm follows the biased variance of batches. Each file is written atomically, the one given last.
 *
 * @param file where model.json goes; its folder is made, and the weights go into it in files `group1-shard1of1.bin` and so on
 * @throws (rejects with) ArgumentError naming the layer that Keras has no class or setting for; nothing is written then
 * @example
 * await io.saveTfjs(model, 'public/digits/model.json');
 * // in a page: const model = await tf.loadLayersModel('digits/model.json');
 */
export async function saveTfjs<Input extends Shapes, Output extends Shapes>(
  model: Model<Input, Output>,
  file: string,
): Promise<void> {
  const subject = 'saveTfjs';
  checkPath(subject, file);
  if (!(model instanceof Model)) throw new ArgumentError(`${subject}: expected a model, but received ${show(model)}`);
  const { topology, weights, implied } = writeModel(subject, model as unknown as Model<Shapes, Shapes>);
  for (const { parameter, value } of implied) {
    if ((await parameter.data()).some((element) => element !== value))
      throw new ArgumentError(
        `${subject}: parameter "${parameter.name}" is not learned and not ${value}, which Keras cannot say`,
      );
  }
  const arrays: [string, NamedArray][] = [];
  for (const { name, parameter, shape } of weights) {
    if (parameter.dtype !== 'float32')
      throw new ArgumentError(`${subject}: parameter "${parameter.name}" is ${parameter.dtype}, expected float32`);
    arrays.push([name, { data: await parameter.data(), shape }]);
  }
  const folder = path.dirname(file);
  await mkdir(folder, { recursive: true });
  for (const { path: name, pieces } of encodeTfjs(topology, arrays, path.basename(file)))
    await writeAtomically(path.join(folder, name), pieces);
}
