import { native } from '../native.js';
import { checkNumber, show } from './arguments.js';
import { allocateTypedArray, type DType, dtypeCode, dtypeOf, type TypedArray } from './dtype.js';
import { ArgumentError, DTypeError, ShapeError } from './errors.js';
import { checkShape, elementCount, formatShape, type Shape, sameShape } from './shape.js';
import { aliasOf, checkDType, empty, Tensor } from './tensor.js';

declare module '../native.js' {
  interface Native {
    /** destination ← source, element by element. */
    copy(source: Handle, destination: Handle): void;
  }
}

/**
 * A tensor that is written in place: a weight, a bias, or a running statistic. Scopes never release parameters.
 *
 * Layers make their own; make one yourself for a custom model. Its elements are uninitialised until {@link assign}ed.
 *
 * @example
 * const scale = new Parameter('scale', [3]);
 * scale.assign(new Float32Array([1, 1, 1]));
 */
export class Parameter extends Tensor {
  /** What checkpoints, optimizers and messages call it: `features.3.filter`. */
  readonly name: string;
  /** Whether optimizers update it. Statistics are not trainable; set to false to freeze a weight. */
  trainable: boolean;
  #version = 0;

  /** @param options.dtype float32 by default @param options.trainable true by default */
  constructor(
    name: string,
    shape: Shape,
    { dtype = 'float32', trainable = true }: { dtype?: DType; trainable?: boolean } = {},
  ) {
    checkDType(`parameter "${name}"`, dtype);
    if (dtype === 'bfloat16')
      throw new DTypeError(
        `parameter "${name}": bfloat16 is too coarse for what is updated in small steps; keep it float32, which ops take beside bfloat16`,
      );
    checkShape(`parameter "${name}"`, shape);
    super(native.allocate(dtypeCode(dtype), elementCount(shape)), shape, dtype, 'collector');
    this.name = name;
    this.trainable = trainable;
  }

  /** How often the elements have been overwritten. */
  override get version(): number {
    return this.#version;
  }

  /** Records that a native call enqueued just now overwrites the elements. @internal */
  markWritten(): void {
    this.#version++;
  }

  /** Overwrites the elements. @throws ShapeError, DTypeError unless `values` has this shape (or length) and dtype */
  assign(values: Tensor | TypedArray): void {
    const { handle } = this;
    if (!(values instanceof Tensor) && !ArrayBuffer.isView(values))
      throw new ArgumentError(`${this.describe()}: expected a tensor or a typed array, but received ${show(values)}`);
    const given = values instanceof Tensor ? values.dtype : dtypeOf(values);
    if (given !== this.dtype)
      throw new DTypeError(`${this.describe()}: expected ${this.dtype} values, but received ${given}`);
    if (values instanceof Tensor) {
      if (!sameShape(values.shape, this.shape))
        throw new ShapeError(
          `${this.describe()}: expected shape ${formatShape(this.shape)}, but received ${formatShape(values.shape)}`,
        );
      native.copy(values.handle, handle);
    } else {
      if (values.length !== elementCount(this.shape))
        throw new ShapeError(
          `${this.describe()}: expected ${elementCount(this.shape)} values for shape ${formatShape(this.shape)}, but received ${values.length}`,
        );
      const uploaded = native.upload(values);
      native.copy(uploaded, handle);
      native.release(uploaded);
    }
    this.markWritten();
  }

  /** Makes every element `value`. @throws ArgumentError unless it is a finite number that the dtype can hold */
  fill(value: number): void {
    const { handle } = this;
    checkNumber(this.describe(), 'value', value);
    if (!this.dtype.startsWith('float') && allocateTypedArray(this.dtype, 1).fill(value)[0] !== value)
      throw new ArgumentError(`${this.describe()}: value must be one that ${this.dtype} holds, but received ${value}`);
    native.fill(handle, value);
    this.markWritten();
  }

  protected override describe(): string {
    return `parameter "${this.name}"`;
  }
}

/**
 * The elements of `x` in another shape: on the same memory, but a copy of a parameter, which may be overwritten meanwhile.
 * @internal
 */
export function viewOf(x: Tensor, shape: Shape = x.shape): Tensor {
  if (!(x instanceof Parameter)) return aliasOf(x, shape);
  const copy = empty(shape, x.dtype);
  native.copy(x.handle, copy.handle);
  return copy;
}
