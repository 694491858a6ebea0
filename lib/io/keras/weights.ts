// The weights of a Keras model: `conv1/kernel` is the parameter `filter` of the layer `conv1`, as its converter says.
import type { NamedArray } from '../../formats/safetensors.js';
import { dtypeOf } from '../../tensor/dtype.js';
import type { Parameter } from '../../tensor/parameter.js';
import { formatShape, type Shape, sameShape } from '../../tensor/shape.js';
import { ArraysMismatchError } from '../../training/assign_arrays.js';
import type { LayerConverter } from './converter.js';
import type { PlacedLayer } from './read_model.js';

/** A weight and its parameter. */
export interface KerasWeight {
  /** `'conv1/kernel'` */
  readonly name: string;
  /** As Keras has it. */
  readonly shape: Shape;
  /** Of a layer that has been built; undefined before. */
  readonly parameter: Parameter | undefined;
}

/** The weights of a layer in Keras' order, known before they are allocated. */
export function weightsOf({ name, layer, converter, input }: Omit<PlacedLayer, 'trainable'>): KerasWeight[] {
  const { weights = {}, weightShape = (shape: Shape) => shape }: LayerConverter = converter;
  const specs = layer.parameterSpecs(input);
  const without = converter.without?.(layer) ?? [];
  return Object.entries(weights).flatMap(([theirs, ours]) => {
    const spec = specs[ours];
    if (!spec || without.includes(ours)) return [];
    return {
      name: `${name}/${theirs}`,
      shape: weightShape(spec.shape, input),
      get parameter() {
        return layer.parameters.get(ours);
      },
    };
  });
}

/**
 * Writes stored arrays into the parameters of layers, all of them or none. A name in the file may have more in front of it, as the
 * weights of models inside models have.
 *
 * @param build allocates the parameters; called once everything is known to fit, so that a file cannot make them larger than itself
 * @throws ArraysMismatchError listing what is missing, unexpected or different
 */
export function assignWeights(
  subject: string,
  placed: readonly PlacedLayer[],
  arrays: ReadonlyMap<string, NamedArray>,
  build: () => unknown,
): void {
  const endings = new Map<string, string[]>();
  for (const name of arrays.keys()) {
    const ending = name.split('/').slice(-2).join('/');
    endings.set(ending, [...(endings.get(ending) ?? []), name]);
  }
  const unexpected = new Set(arrays.keys());
  const missing: string[] = [];
  const different = new Map<string, string>();
  const found: [KerasWeight, NamedArray][] = [];
  for (const weight of placed.flatMap(weightsOf)) {
    const { name, shape } = weight;
    const [stored, ...others] = arrays.has(name) ? [name] : (endings.get(name) ?? []);
    const array = stored === undefined || others.length > 0 ? undefined : arrays.get(stored);
    if (!array) {
      missing.push(name);
      continue;
    }
    unexpected.delete(stored as string);
    if (!sameShape(array.shape, shape))
      different.set(name, `${name} has shape ${formatShape(array.shape)}, expected ${formatShape(shape)}`);
    else if (dtypeOf(array.data) !== 'float32')
      different.set(name, `${name} is ${dtypeOf(array.data)}, expected float32`);
    found.push([weight, array]);
  }
  if (missing.length + unexpected.size + different.size > 0)
    throw new ArraysMismatchError(subject, missing, [...unexpected], different);
  build();
  for (const [{ parameter }, { data }] of found) parameter?.assign(data); // there is none of a layer that no output needs
  for (const { layer, trainable } of placed)
    if (!trainable) for (const parameter of layer.parameters.values()) parameter.trainable = false;
}
