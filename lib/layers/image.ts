import { ShapeError } from '../tensor/errors.js';
import { formatShape, type Shape } from '../tensor/shape.js';

/** [height, width, channels] of an image's shape. @throws ShapeError when `input` is not of rank 3. */
export function checkImage(subject: string, input: Shape): readonly [height: number, width: number, channels: number] {
  const [height, width, channels] = input;
  if (input.length !== 3 || height === undefined || width === undefined || channels === undefined) {
    throw new ShapeError(`${subject}: expects an image [height, width, channels], got ${formatShape(input)}`);
  }
  return [height, width, channels];
}

/** [length, channels] of a sequence's shape. @throws ShapeError when `input` is not of rank 2. */
export function checkSequence(subject: string, input: Shape): readonly [length: number, channels: number] {
  const [length, channels] = input;
  if (input.length !== 2 || length === undefined || channels === undefined)
    throw new ShapeError(`${subject}: expects a sequence [length, channels], got ${formatShape(input)}`);
  return [length, channels];
}
