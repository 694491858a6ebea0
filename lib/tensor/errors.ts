/** Every error convgrad throws on purpose. All are thrown before any work starts, and say what was given and what was expected. */
export class ConvgradError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }

  /**
   * Prefixes the message with the path of the layer the error passes through, innermost path last:
   * `conv2d: input has 3 channels …` becomes `conv2d "features.3": input has 3 channels …`.
   */
  within(path: string): this {
    const [, kind = '', inner, rest = ''] = /^([\w.]+)(?: "([^"]*)")?(: [\s\S]*)$/.exec(this.message) ?? [];
    this.message = kind === '' ? `"${path}": ${this.message}` : `${kind} "${inner ? `${path}.${inner}` : path}"${rest}`;
    return this;
  }
}

/** A shape does not fit: wrong rank, mismatched extents, a kernel larger than its input. */
export class ShapeError extends ConvgradError {}

/** A tensor has a data type the operation does not take. */
export class DTypeError extends ConvgradError {}

/** A tensor was used after its memory had been released. */
export class DisposedError extends ConvgradError {}

/** An option or argument is missing, out of range, of the wrong type, or unknown. */
export class ArgumentError extends ConvgradError {}

/** A native operation failed, or native memory ran out. */
export class NativeError extends ConvgradError {}

/** A file is truncated, corrupt or hostile. */
export class FormatError extends ConvgradError {
  /** The file (or a description of the bytes) that could not be read. */
  readonly file: string;
  /** Byte offset at which the file stopped making sense. */
  readonly offset: number;

  constructor(file: string, offset: number, problem: string, options?: ErrorOptions) {
    super(`${file} at byte ${offset}: ${problem}`, options);
    this.file = file;
    this.offset = offset;
  }
}
