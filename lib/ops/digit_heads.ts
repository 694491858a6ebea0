// How the logits of a digit sequence lie in a row: [length 0 … lengths − 1 | digit 1: classes | digit 2: classes | …].
import { checkInteger, checkOptions } from '../tensor/arguments.js';
import { checkFloat, checkRank } from '../tensor/checks.js';
import { ShapeError } from '../tensor/errors.js';
import { formatShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkLabels } from './labels.js';

/** The heads of a digit sequence. */
export interface DigitSequenceOptions {
  /** Digit heads, default 5. */
  readonly digits?: number;
  /** Classes of each digit head, default 10. */
  readonly classes?: number;
  /** Classes of the length head: 0 … lengths − 1; default digits + 2, the last of which means more than `digits`. */
  readonly lengths?: number;
}

/** The options with their defaults. */
export type DigitHeads = Required<DigitSequenceOptions>;

/** Checks for options, and float logits [batch, lengths + digits · classes]. @throws ArgumentError, ShapeError or DTypeError */
export function checkDigitHeads(subject: string, logits: Tensor, options: DigitSequenceOptions): DigitHeads {
  checkOptions(subject, options, ['digits', 'classes', 'lengths']);
  const { digits = 5, classes = 10 } = options;
  checkInteger(subject, 'digits', digits, 0);
  checkInteger(subject, 'classes', classes);
  const { lengths = digits + 2 } = options;
  checkInteger(subject, 'lengths', lengths);
  checkFloat(subject, 'logits', logits);
  checkRank(subject, 'logits', logits, 2, '[batch, lengths + digits · classes]');
  const [batch, width] = logits.shape as [number, number];
  if (width !== lengths + digits * classes)
    throw new ShapeError(
      `${subject}: logits have ${width} columns, but ${lengths} lengths and ${digits} digits of ${classes} classes need ${lengths + digits * classes}`,
    );
  if (batch === 0)
    throw new ShapeError(`${subject}: logits must not be empty, but have shape ${formatShape(logits.shape)}`);
  return { digits, classes, lengths };
}

/** Checks for int32 or uint8 [batch, 1 + digits]: the length, then the digits. @throws ShapeError or DTypeError */
export function checkDigitTarget(subject: string, target: Tensor, batch: number, digits: number): void {
  checkLabels(subject, 'target', target, [batch, 1 + digits]);
}
