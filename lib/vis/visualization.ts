// What every method here gives: numbers, and a picture of them.
import { encodePng, type Image8 } from '../formats/png.js';
import { ShapeError } from '../tensor/errors.js';
import { elementCount, formatShape, type Shape } from '../tensor/shape.js';

/** Numbers with a picture. */
export abstract class Visualization<S extends Shape = Shape> {
  /** The numbers, in row-major order. */
  readonly data: Float32Array;
  readonly shape: S;

  constructor(data: Float32Array, shape: S) {
    if (data.length !== elementCount(shape))
      throw new ShapeError(
        `${new.target.name}: shape ${formatShape(shape)} holds ${elementCount(shape)} numbers, but ${data.length} were given`,
      );
    this.data = data;
    this.shape = shape;
  }

  /** The numbers as a picture. */
  abstract image(): Image8;

  /** The picture as the bytes of a PNG file. */
  png(): Uint8Array {
    return encodePng(this.image());
  }
}
