// The layers of a topology as the file lists them, and the shapes they say their input has.
import { show } from '../../tensor/arguments.js';
import { ArgumentError } from '../../tensor/errors.js';
import { isRecord } from '../../tensor/named.js';
import { formatShape, type Shape } from '../../tensor/shape.js';
import type { Fail, Settings } from './config.js';

/** One layer as the file has it. */
export interface Entry {
  readonly name: string;
  readonly className: unknown;
  readonly config: Settings;
  readonly inbound: unknown;
}

/** The layers of a model; those of a Sequential one may be the whole of its config. */
export function readEntries(config: unknown, fail: Fail): Entry[] {
  const list: unknown = isRecord(config) ? config.layers : config;
  if (!Array.isArray(list)) return fail('has no list of layers');
  const names = new Set<string>();
  return list.map((entry: unknown, index) => {
    const { class_name: className, config: settings, inbound_nodes: inbound, name: own } = isRecord(entry) ? entry : {};
    const inner: unknown = isRecord(settings)
      ? settings
      : className === 'Sequential'
        ? { layers: settings }
        : undefined;
    if (!isRecord(inner)) return fail(`has no settings for layer ${index}`);
    const name = own ?? inner.name;
    if (typeof name !== 'string' || name === '') return fail(`has no name for layer ${index}, but ${show(name)}`);
    if (names.has(name)) fail(`has two layers named '${name}'`);
    names.add(name);
    return { name, className, config: inner, inbound };
  });
}

/** Whether the entry stands for an input. */
export const isInput = ({ className }: Entry): boolean => className === 'InputLayer';

/**
 * The shape an input has according to its settings, without the batch.
 *
 * @param given stands for what the file leaves open
 */
export function readInputShape(subject: string, config: Settings, given: Shape | undefined, fail: Fail): Shape {
  const declared = config.batch_input_shape ?? config.batch_shape;
  if (!Array.isArray(declared)) return given ?? fail('does not say what shape its input has; give inputShape');
  const extents: unknown[] = declared.slice(1);
  if (
    given &&
    (given.length !== extents.length || extents.some((extent, axis) => extent !== null && extent !== given[axis]))
  )
    throw new ArgumentError(`${subject}: inputShape ${formatShape(given)} does not fit the file's ${show(extents)}`);
  const shape = given ?? extents;
  if (shape.every((extent): extent is number => Number.isSafeInteger(extent) && (extent as number) > 0)) return shape;
  return fail(`has the input shape ${show(extents)}; give inputShape for what is left open`);
}
