// A model's parameters as a safetensors file: `features.3.filter` and so on, running statistics included.
import { decodeSafetensors, safetensorsPieces } from '../formats/safetensors.js';
import { checkOptions } from '../tensor/arguments.js';
import type { Parameter } from '../tensor/parameter.js';
import { assignArrays } from '../training/assign_arrays.js';
import { byName, readArrays } from '../training/snapshot.js';
import { checkPath, readWhole, writeAtomically } from './atomic_file.js';

/** Anything with parameters: a model, or an object of your own. */
export interface HasParameters {
  readonly parameters: readonly Parameter[];
}

/**
 * Writes the parameters of a model to a safetensors file, atomically: the file is whole or as it was before.
 *
 * @param options.metadata strings stored in the file, default none
 * @throws ArgumentError (rejects with) when two parameters share a name, or for metadata other than strings
 * @example
 * await saveWeights(model, 'mnist.safetensors', { metadata: { accuracy: '0.991' } });
 */
export async function saveWeights(
  model: HasParameters,
  file: string,
  options: { readonly metadata?: Readonly<Record<string, string>> } = {},
): Promise<void> {
  checkPath('saveWeights', file);
  checkOptions('saveWeights', options, ['metadata']);
  const arrays = await readArrays('', byName('saveWeights', model.parameters));
  await writeAtomically(file, safetensorsPieces(arrays, { format: 'convgrad', ...options.metadata }));
}

/**
 * Reads the parameters of a model from a safetensors file, strictly: names, shapes and dtypes must be the model's.
 *
 * @returns the file's metadata
 * @throws (rejects with) ArgumentError when the file cannot be read, FormatError when it is truncated or corrupt, and
 *   ArraysMismatchError listing all names that are missing, unexpected or different; the model is untouched then
 * @example
 * const { accuracy } = await loadWeights(model, 'mnist.safetensors');
 */
export async function loadWeights(model: HasParameters, file: string): Promise<Readonly<Record<string, string>>> {
  const parameters = byName('loadWeights', model.parameters);
  const { arrays, metadata } = decodeSafetensors(await readWhole('loadWeights', file), file);
  assignArrays(`loadWeights '${file}'`, parameters, arrays);
  return metadata;
}
