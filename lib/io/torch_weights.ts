// A model's parameters as a safetensors file with PyTorch's names and layouts, such as torchvision's networks have.
import { decodeSafetensors, type NamedArray, safetensorsPieces } from '../formats/safetensors.js';
import { checkOptions, show } from '../tensor/arguments.js';
import { dtypeOf } from '../tensor/dtype.js';
import { ArgumentError } from '../tensor/errors.js';
import { scope } from '../tensor/scope.js';
import { formatShape, sameShape } from '../tensor/shape.js';
import { tensor } from '../tensor/tensor.js';
import { ArraysMismatchError } from '../training/assign_arrays.js';
import { checkPath, readWhole, writeAtomically } from './atomic_file.js';
import { type Described, fromTorch, type TorchEntry, torchLayout, toTorch } from './torch_layout.js';

/** Options of `loadTorchWeights`. */
export interface LoadTorchOptions {
  /** Beginnings of names in the file that the model may lack: `['aux1.', 'aux2.']`. Default none. */
  readonly ignore?: readonly string[];
  /** The name in the file of what a state dict of the model's paths would call `name`: ``(name) => `module.${name}` ``. */
  readonly rename?: (name: string) => string;
}

/** Options of `saveTorchWeights`. */
export interface SaveTorchOptions extends Pick<LoadTorchOptions, 'rename'> {
  /** Strings stored in the file, default none. */
  readonly metadata?: Readonly<Record<string, string>>;
}

function checkRename(subject: string, rename: unknown): void {
  if (rename !== undefined && typeof rename !== 'function')
    throw new ArgumentError(`${subject}: rename must be a function, but received ${show(rename)}`);
}

/**
 * Reads the parameters of a model from a safetensors file of a PyTorch state dict, strictly: names and shapes must fit.
 *
 * Filters turn from [filters, inputs, height, width], weights of dense layers are transposed, and those after a flattened image
 * permuted from its order (channels, height, width). The networks of the zoo take torchvision's names, and so does any model
 * whose paths are those of the PyTorch module. `num_batches_tracked` is ignored. Write a file in Python with
 * `safetensors.torch.save_file(model.state_dict(), file)`.
 *
 * @returns the file's metadata
 * @throws (rejects with) ArgumentError when the file cannot be read or a layer has no counterpart in PyTorch, FormatError when the
 *   file is truncated or corrupt, ArraysMismatchError listing all names that are missing, unexpected or different; the model is
 *   untouched then
 * @example
 * const model = zoo.resnet({ depth: 50 });
 * await io.loadTorchWeights(model, 'resnet50.safetensors');
 */
export async function loadTorchWeights(
  model: Described,
  file: string,
  options: LoadTorchOptions = {},
): Promise<Readonly<Record<string, string>>> {
  const subject = 'loadTorchWeights';
  checkOptions(subject, options, ['ignore', 'rename']);
  const { ignore = [], rename = (name: string) => name } = options;
  checkRename(subject, rename);
  if (!Array.isArray(ignore) || ignore.some((start) => typeof start !== 'string'))
    throw new ArgumentError(`${subject}: ignore must be an array of beginnings of names, but received ${show(ignore)}`);
  const entries = new Map(torchLayout(subject, model).map((entry) => [rename(entry.name), entry]));
  const { arrays, metadata } = decodeSafetensors(await readWhole(subject, file), file);
  const ignored = (name: string): boolean =>
    name.endsWith('num_batches_tracked') || ignore.some((start: string) => name.startsWith(start));
  const found = new Map([...arrays].filter(([name]) => entries.has(name) || !ignored(name)));
  checkFit(`${subject} '${file}'`, entries, found);
  for (const [name, entry] of entries)
    scope(() => {
      const { data, shape } = found.get(name) as NamedArray;
      entry.parameter.assign(fromTorch(tensor(data, shape), entry));
    });
  return metadata;
}

function checkFit(
  subject: string,
  entries: ReadonlyMap<string, TorchEntry>,
  arrays: ReadonlyMap<string, NamedArray>,
): void {
  const missing = [...entries.keys()].filter((name) => !arrays.has(name));
  const unexpected = [...arrays.keys()].filter((name) => !entries.has(name));
  const different = new Map<string, string>();
  for (const [name, { shape, parameter }] of entries) {
    const array = arrays.get(name);
    if (array === undefined || (sameShape(array.shape, shape) && dtypeOf(array.data) === parameter.dtype)) continue;
    const given = `${dtypeOf(array.data)} ${formatShape(array.shape)}`;
    different.set(name, `${name} is ${given}, expected ${parameter.dtype} ${formatShape(shape)}`);
  }
  if (missing.length + unexpected.length + different.size > 0)
    throw new ArraysMismatchError(subject, missing, unexpected, different);
}

/**
 * Writes the parameters of a model to a safetensors file with PyTorch's names and layouts, atomically.
 *
 * Read it in Python with `model.load_state_dict(safetensors.torch.load_file(file))`.
 *
 * @throws (rejects with) ArgumentError for a layer that has no counterpart in PyTorch, or for metadata other than strings
 * @example
 * await io.saveTorchWeights(model, 'resnet50.safetensors');
 */
export async function saveTorchWeights(model: Described, file: string, options: SaveTorchOptions = {}): Promise<void> {
  const subject = 'saveTorchWeights';
  checkPath(subject, file);
  checkOptions(subject, options, ['rename', 'metadata']);
  const { rename = (name: string) => name, metadata } = options;
  checkRename(subject, rename);
  const arrays = await Promise.all(
    torchLayout(subject, model).map(async (entry): Promise<[string, NamedArray]> => {
      const values = scope(() => toTorch(entry.parameter, entry));
      return [rename(entry.name), { data: await values.data(), shape: entry.shape }];
    }),
  );
  await writeAtomically(file, safetensorsPieces(arrays, { format: 'pt', ...metadata }));
}
