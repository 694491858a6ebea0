// The inputs of a model: their shapes when it is made, the tensors it is given, and tensors for when it is given none.
import { randomUniform } from '../ops/random_fill.js';
import { checkTensor } from '../tensor/checks.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import {
  checkNames,
  entriesOf,
  isRecord,
  mapNamed,
  type Named,
  nameOf,
  type Shapes,
  type TensorsOf,
} from '../tensor/named.js';
import type { Random } from '../tensor/random.js';
import { checkShape, formatShape, isShape, type Shape, sameShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** A copy of the shapes of a model's inputs. @throws ArgumentError unless they are shapes of something */
export function checkedShapes<Input extends Shapes>(shapes: Input): Input {
  if (!isRecord(shapes)) checkShape('model', shapes);
  return mapNamed<Shape, Shape>(shapes, isShape, (shape, name) => {
    const subject = nameOf('model: inputShape', name);
    if (name !== undefined) checkShape(subject, shape);
    if (shape.includes(0))
      throw new ArgumentError(`${subject} must hold positive integers, but received ${formatShape(shape)}`);
    return [...shape];
  }) as Input;
}

/** @throws ArgumentError, ShapeError unless `x` holds a batch for each input, all of one size */
export function checkInput(x: unknown, shapes: Shapes): void {
  if (!isShape(shapes)) checkNames('model', 'x', x, Object.keys(shapes));
  let size: number | undefined;
  for (const [name, shape] of entriesOf<Shape>(shapes, isShape)) {
    const given = name === undefined ? x : (x as Named<unknown>)[name];
    checkTensor('model', nameOf('x', name), given);
    const subject = name === undefined ? 'an input' : `input '${name}'`;
    if (given.shape.length !== shape.length + 1 || !sameShape(given.shape.slice(1), shape))
      throw new ShapeError(
        `model: expects ${subject} of shape [${['batch', ...shape].join(', ')}], got ${formatShape(given.shape)}`,
      );
    size ??= given.shape[0] as number;
    if (given.shape[0] !== size)
      throw new ShapeError(`model: ${subject} has a batch of ${given.shape[0]}, but another input one of ${size}`);
  }
}

/** Batches of noise in [0, 1). */
export function randomInput<Input extends Shapes>(
  shapes: Input,
  batch: number,
  dtype: 'float32' | 'float64',
  random: Random,
): TensorsOf<Input> {
  const noise = (shape: Shape): Tensor => randomUniform([batch, ...shape], { random, dtype });
  return mapNamed<Shape, Tensor>(shapes, isShape, noise) as TensorsOf<Input>;
}
