// What a Keras layer class needs to be read and written: the settings on one side, our layer on the other.
import type { Layer } from '../../layers/layer.js';
import type { Merge } from '../../layers/merge.js';
import type { Side } from '../../tensor/padding.js';
import type { Shape } from '../../tensor/shape.js';
import type { KerasConfig, Settings } from './config.js';

/** Whose arithmetic a file is read for, where the two differ under one name. */
export type Dialect = 'tfjs' | 'keras';

/** What a converter is told besides the settings. */
export interface ReadContext {
  readonly name: string;
  /** Of a sample. */
  readonly input: Shape;
  readonly dialect: Dialect;
}

/** A layer as Keras writes it down, without the settings that all layers have. */
export interface WrittenLayer {
  readonly className: string;
  readonly settings: Settings;
  /** Zeros on the sides of the image that have to be written as a layer before it. */
  readonly around?: { readonly h: Side; readonly w: Side } | undefined;
  /** Whether these zeros change nothing only where the input is never negative, as before a maximum. */
  readonly forNonNegative?: boolean;
}

/** Throws that a layer cannot be written, and why. */
export type Refuse = (problem: string) => never;

/** A Keras layer class and ours. */
export interface LayerConverter<L extends Layer = Layer> {
  /** Keras' name. */
  readonly className: string;
  /** Missing where another converter reads the class. */
  read?(config: KerasConfig, context: ReadContext): L;
  /** Our class that is written so; none where another converter writes it. */
  readonly type?: abstract new (
    ...args: never[]
  ) => L;
  write?(layer: L, input: Shape, refuse: Refuse): WrittenLayer;
  /** Keras' names of weights, and ours. Those the layer does not have are not stored. */
  readonly weights?: Readonly<Record<string, string>>;
  /** Weights that are not stored although the layer has them. */
  without?(layer: L): readonly string[];
  /** The shape Keras stores a weight in, where it is not ours. */
  weightShape?(shape: Shape, input: Shape): Shape;
}

/** A converter with the type of its layer forgotten, as tables hold it. */
export function converter<L extends Layer>(definition: LayerConverter<L>): LayerConverter {
  return definition as unknown as LayerConverter;
}

/** A Keras layer class that takes several inputs. */
export interface MergeConverter {
  readonly className: string;
  readonly type: abstract new (...args: never[]) => Merge;
  read(config: KerasConfig, context: Omit<ReadContext, 'input'> & { readonly inputs: readonly Shape[] }): Merge;
  readonly settings: Settings;
}
