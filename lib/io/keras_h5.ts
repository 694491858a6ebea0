// Models that Keras has saved as HDF5, read by the package h5wasm.
//
//   attribute model_config        the topology as JSON
//   group model_weights           attribute layer_names
//     group <layer>               attribute weight_names: "conv1/kernel:0", each a dataset below
import { type H5File, type H5Object, readHdf5 } from '../data/sources/hdf5.js';
import type { NamedArray } from '../formats/safetensors.js';
import type { Model } from '../models/model.js';
import { show } from '../tensor/arguments.js';
import type { TypedArray } from '../tensor/dtype.js';
import { FormatError } from '../tensor/errors.js';
import type { Shapes } from '../tensor/named.js';
import type { Shape } from '../tensor/shape.js';
import { checkPath } from './atomic_file.js';
import { checkLoadOptions, type LoadKerasOptions } from './keras/options.js';
import { readModel } from './keras/read_model.js';
import { assignWeights } from './keras/weights.js';

/**
 * Reads a model that Keras has saved as HDF5 (`model.save('model.h5')`): its layers, under their names, and its weights. The optimizer
 * and the loss in the file are not read. Needs the package h5wasm.
 *
 * A model of several inputs or outputs has them by the names of their layers. An `Embedding` takes int32.
 *
 * @throws (rejects with) ArgumentError when the file cannot be read or h5wasm is not installed, FormatError naming the file and the
 *   layer for what is corrupt or cannot be expressed, ArraysMismatchError when the weights do not fit the layers
 * @example
 * const model = await io.loadKeras('digits.h5');
 */
export async function loadKeras<Input extends Shapes = Shape, Output extends Shapes = Shape>(
  file: string,
  options: LoadKerasOptions = {},
): Promise<Model<Input, Output>> {
  const subject = 'loadKeras';
  checkPath(subject, file);
  const { inputShape, ignore, seed } = checkLoadOptions(subject, options);
  return readHdf5(subject, file, 'a Keras model', (opened) => {
    const fail = (problem: string): never => {
      throw new FormatError(file, 0, problem);
    };
    const topology = parseConfig(opened, fail);
    const source = { subject, topology, file, offsetOf: () => 0, dialect: 'keras', ignore, inputShape, seed } as const;
    const { model, placed } = readModel(source);
    assignWeights(`${subject} '${file}'`, placed, readWeights(opened, fail), () => model.namedParameters());
    return model as Model<never, never> as Model<Input, Output>;
  });
}

type Fail = (problem: string) => never;

function parseConfig(opened: H5File, fail: Fail): unknown {
  const config = attribute(opened, 'model_config');
  if (typeof config !== 'string')
    return fail(
      "has no model_config: it holds weights without their layers (save the whole model: model.save('model.h5'))",
    );
  try {
    return JSON.parse(config);
  } catch (cause) {
    return fail(`has a model_config that is not valid JSON: ${(cause as Error).message}`);
  }
}

const attribute = (object: H5Object, name: string): unknown =>
  Object.hasOwn(object.attrs, name) ? object.attrs[name]?.value : undefined;

/** Names in an attribute, which Keras parts into several numbered ones where it is long. */
function namesIn(object: H5Object, name: string, fail: Fail): string[] {
  const parts: unknown[] = [];
  for (let part = 0, found = attribute(object, name) ?? attribute(object, `${name}0`); found != null; ) {
    parts.push(...(Array.isArray(found) || ArrayBuffer.isView(found) ? (found as unknown[]) : [found]));
    found = attribute(object, `${name}${++part}`);
  }
  if (parts.every((part) => typeof part === 'string')) return parts as string[];
  return fail(`has ${name} ${show(parts)}, expected names`);
}

/** The weights by name; each is read when its data is asked for, which is when its shape has been found to fit. */
function readWeights(opened: H5File, fail: Fail): Map<string, NamedArray> {
  const weights = opened.get('model_weights');
  if (!weights) return fail('has no group model_weights');
  const arrays = new Map<string, NamedArray>();
  for (const layer of namesIn(weights, 'layer_names', fail)) {
    const group = opened.get(`model_weights/${layer}`) ?? fail(`has no weights of layer '${layer}', which it lists`);
    for (const weight of namesIn(group, 'weight_names', fail)) {
      const dataset = opened.get(`model_weights/${layer}/${weight}`);
      const { shape } = dataset ?? {};
      if (!dataset || !Array.isArray(shape))
        return fail(`has no dataset '${weight}' of layer '${layer}', which it lists`);
      const name = weight.replace(/:0$/, '');
      if (arrays.has(name)) fail(`has two weights named '${name}'`);
      arrays.set(name, {
        shape: shape.map(Number),
        get data() {
          const { value } = dataset;
          return isArray(value) ? value : fail(`has weights '${name}' of a kind that cannot be read: ${show(value)}`);
        },
      });
    }
  }
  return arrays;
}

const kinds = [Float32Array, Float64Array, Int32Array, Uint8Array];

const isArray = (value: unknown): value is TypedArray => kinds.some((kind) => value instanceof kind);
