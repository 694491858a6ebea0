// What layers share that move a filter over [height, width, channels] images: the window, and the shape it gives.
import { type Pair, toPair } from '../tensor/arguments.js';
import { checkPadding, type Padding, type Window2d, window2d } from '../tensor/padding.js';
import type { Shape } from '../tensor/shape.js';
import { FilterLayer, type FilterLayerOptions } from './filter_layer.js';
import { checkImage } from './image.js';
import type { ShapeRule } from './shape_rule.js';

/** Options of layers that move a filter over an image. */
export interface FilterLayer2dOptions<
  Kernel extends Pair = Pair,
  Strides extends Pair = Pair,
  Pad extends Padding = Padding,
> extends FilterLayerOptions {
  /** Extent of the kernel: one number or [height, width]. */
  readonly kernelSize: Kernel;
  /** Step between windows, default 1. */
  readonly strides?: Strides;
  /** Zeros around the image, default `'valid'`. */
  readonly padding?: Pad;
}

/** The same with gaps between the taps. */
export interface DilatedFilterOptions<
  Kernel extends Pair = Pair,
  Strides extends Pair = Pair,
  Pad extends Padding = Padding,
  Dilations extends Pair = Pair,
> extends FilterLayer2dOptions<Kernel, Strides, Pad> {
  /** Distance between kernel taps, default 1. */
  readonly dilations?: Dilations;
}

export abstract class FilterLayer2d<Rule extends ShapeRule> extends FilterLayer<Rule> {
  readonly kernelSize: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: Padding;
  readonly dilations: readonly [number, number];

  /** @param own the options that the layer takes besides those of every layer with a filter */
  constructor(kind: string, options: DilatedFilterOptions, own: readonly string[]) {
    super(kind, options, own);
    const { kernelSize, strides = 1, padding = 'valid', dilations = 1 } = options;
    checkPadding(kind, padding);
    this.kernelSize = toPair(kind, 'kernelSize', kernelSize);
    this.strides = toPair(kind, 'strides', strides);
    this.padding = padding;
    this.dilations = toPair(kind, 'dilations', dilations);
  }

  /** How many channels come out. @throws ShapeError where so many cannot come in. */
  protected abstract outputChannels(channels: number): number;

  override window(input: Shape): Window2d {
    const [height, width] = checkImage(this.kind, input);
    return window2d(this.kind, height, width, this);
  }

  override outputShape(input: Shape): Shape {
    const channels = this.outputChannels(checkImage(this.kind, input)[2]);
    const { height, width } = this.window(input);
    return [height.out, width.out, channels];
  }
}
