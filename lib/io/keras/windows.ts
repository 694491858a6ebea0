// Padding, about which Keras says less: 'valid', 'same', and 'causal' for sequences.
import { type Padding, padAxis, type Side, type Window2d, type WindowAxis } from '../../tensor/padding.js';
import type { Shape } from '../../tensor/shape.js';
import type { KerasConfig } from './config.js';

interface Windowed {
  readonly padding: Padding;
  window(input: Shape): Window2d | undefined;
}

/** Padding as Keras says it, and the zeros that have to be written as a layer of their own. */
export interface WrittenPadding {
  readonly keyword: 'valid' | 'same';
  readonly around?: { readonly h: Side; readonly w: Side };
}

/** What all layers over images say of them. */
export const imageLayout = { data_format: 'channels_last' } as const;

/** Padding of a window over images, which must have their channels last. */
export function readPadding(config: KerasConfig): 'valid' | 'same' {
  config.only('data_format', 'channels_last');
  return config.choice('padding', ['valid', 'same'], 'valid');
}

/** Padding, and what a last window reaches beyond it (ceilMode). */
function sides({ input, before, after, out, stride, kernel, dilation }: WindowAxis): Side {
  const reach = (out - 1) * stride + (kernel - 1) * dilation + 1;
  return [before, Math.max(after, reach - input - before)];
}

/** The zeros around an input that make a window without padding of one with padding. */
export function zerosAround({ height, width }: Window2d): { h: Side; w: Side } | undefined {
  const around = { h: sides(height), w: sides(width) };
  return [...around.h, ...around.w].some((count) => count > 0) ? around : undefined;
}

/** Whether `'same'` pads this axis as it is padded. */
function isSame(axis: WindowAxis, name: 'h' | 'w'): boolean {
  const same = padAxis('', axis.input, axis.kernel, axis.stride, axis.dilation, 'same', name);
  const [before, after] = sides(axis);
  return same.before === before && same.after === after;
}

/** Padding of a layer for one input: other padding than Keras' is `'same'` where that pads this input alike, else a layer of zeros. */
export function writePadding(layer: Windowed, input: Shape): WrittenPadding {
  const { padding } = layer;
  if (padding === 'same') return { keyword: padding };
  const window = layer.window(input) as Window2d;
  const around = zerosAround(window);
  if (!around) return { keyword: 'valid' };
  return isSame(window.height, 'h') && isSame(window.width, 'w') ? { keyword: 'same' } : { keyword: 'valid', around };
}
