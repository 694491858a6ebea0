// Receptive-field arithmetic, per axis. With kernel k (dilated extent e), stride s and b zeros before:
//
//   size   r ← r + (e − 1)·j        inputs a unit depends on
//   jump   j ← j·s                  distance between neighbouring units, in inputs
//   start  c ← c + ((e − 1)/2 − b)·j   centre of the first unit, in inputs (0.5 is the middle of the first)
//
// from r = j = 1, c = 0.5 at the input. Where branches meet, the largest counts. Araujo et al. 2019 (distill.pub/2019/computing-receptive-fields).
import { effectiveKernel, type Window2d, type WindowAxis } from '../tensor/padding.js';

/** What one unit sees along one axis of the model's input. */
export interface AxisField {
  /** Extent of the inputs a unit depends on. */
  readonly size: number;
  /** Distance between neighbouring units, in inputs. */
  readonly jump: number;
  /** Centre of the first unit, in inputs; 0.5 is the middle of the first. */
  readonly start: number;
}

export interface ReceptiveField {
  readonly height: AxisField;
  readonly width: AxisField;
}

const pixel: AxisField = { size: 1, jump: 1, start: 0.5 };

/** Each input sees itself. */
export const inputField: ReceptiveField = { height: pixel, width: pixel };

function along(field: AxisField, { kernel, stride, dilation, before }: WindowAxis): AxisField {
  const reach = effectiveKernel(kernel, dilation) - 1;
  return {
    size: field.size + reach * field.jump,
    jump: field.jump * stride,
    start: field.start + (reach / 2 - before) * field.jump,
  };
}

/** The field after a window. */
export function through(field: ReceptiveField, window: Window2d): ReceptiveField {
  return { height: along(field.height, window.height), width: along(field.width, window.width) };
}

function alongTransposed(field: AxisField, { kernel, stride, dilation, before }: WindowAxis): AxisField {
  const reach = effectiveKernel(kernel, dilation) - 1;
  return {
    size: field.size + Math.floor(reach / stride) * field.jump,
    jump: field.jump / stride,
    start: field.start + ((before - reach / 2) / stride) * field.jump,
  };
}

/**
 * The field after a transposed window, given that of the convolution it transposes: a unit sees at most ⌈e / s⌉ inputs,
 * neighbours are j / s apart.
 */
export function throughTransposed(field: ReceptiveField, window: Window2d): ReceptiveField {
  return { height: alongTransposed(field.height, window.height), width: alongTransposed(field.width, window.width) };
}

const widest = (a: AxisField, b: AxisField): AxisField => (b.size > a.size ? b : a);

/** The field where branches meet; undefined (the whole input) when one of them sees everything. */
export function meet(fields: readonly (ReceptiveField | undefined)[]): ReceptiveField | undefined {
  return fields.reduce((a, b) => a && b && { height: widest(a.height, b.height), width: widest(a.width, b.width) });
}
