// The Keras layer classes that can be read and written.
import type { Layer } from '../../layers/layer.js';
import type { Merge } from '../../layers/merge.js';
import type { LayerConverter, MergeConverter } from './converter.js';
import * as convolutions from './convolutions.js';
import * as core from './core.js';
import * as merges from './merges.js';
import * as norms from './norms.js';
import * as pooling from './pooling.js';
import * as rectifiers from './rectifiers.js';

const layers: LayerConverter[] = [convolutions, core, norms, pooling, rectifiers].flatMap((room) =>
  Object.values(room),
);
const joins: MergeConverter[] = Object.values(merges);

/** By Keras' name. */
export const layerClasses: ReadonlyMap<unknown, LayerConverter> = new Map(
  layers.filter(({ read }) => read).map((one) => [one.className, one]),
);
export const mergeClasses: ReadonlyMap<unknown, MergeConverter> = new Map(joins.map((one) => [one.className, one]));

const byType = new Map<unknown, LayerConverter>(layers.flatMap((one) => (one.type ? [[one.type, one]] : [])));
const mergesByType = new Map<unknown, MergeConverter>(joins.map((one) => [one.type, one]));

/** Who writes a layer; undefined if nobody does. Classes derived from ours are others. */
export const writerOf = (layer: Layer): LayerConverter | undefined => byType.get(layer.constructor);
export const mergeWriterOf = (merge: Merge): MergeConverter | undefined => mergesByType.get(merge.constructor);
