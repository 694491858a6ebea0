// Writing stored arrays into parameters: all of them or none, by name, with nothing left over and nothing converted.
import type { NamedArray } from '../formats/safetensors.js';
import { dtypeOf } from '../tensor/dtype.js';
import { ConvgradError } from '../tensor/errors.js';
import type { Parameter } from '../tensor/parameter.js';
import { formatShape, sameShape } from '../tensor/shape.js';

/** Stored arrays do not fit the parameters they are meant for. Nothing has been written. */
export class ArraysMismatchError extends ConvgradError {
  /** Parameters that nothing is stored for. */
  readonly missing: readonly string[];
  /** Stored arrays that no parameter asks for. */
  readonly unexpected: readonly string[];
  /** Names whose shape or dtype differs. */
  readonly different: readonly string[];

  constructor(
    subject: string,
    missing: readonly string[],
    unexpected: readonly string[],
    different: ReadonlyMap<string, string>,
  ) {
    const problems = [
      list('missing', missing),
      list('unexpected', unexpected),
      list('different', [...different.values()]),
    ];
    super(
      `${subject}: the arrays do not fit the parameters; ${problems.filter((problem) => problem !== '').join('; ')}`,
    );
    this.missing = missing;
    this.unexpected = unexpected;
    this.different = [...different.keys()];
  }
}

function list(title: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const rest = names.length > 10 ? ` and ${names.length - 10} more` : '';
  return `${title}: ${names.slice(0, 10).join(', ')}${rest}`;
}

/**
 * Writes arrays into the parameters of the same names.
 *
 * @param subject what the message begins with
 * @throws ArraysMismatchError listing every name that is missing, unexpected, or of another shape or dtype; nothing is written then
 */
export function assignArrays(
  subject: string,
  parameters: ReadonlyMap<string, Parameter>,
  arrays: ReadonlyMap<string, NamedArray>,
): void {
  const missing = [...parameters.keys()].filter((name) => !arrays.has(name));
  const unexpected = [...arrays.keys()].filter((name) => !parameters.has(name));
  const different = new Map<string, string>();
  for (const [name, { shape, dtype }] of parameters) {
    const array = arrays.get(name);
    if (array === undefined || (sameShape(array.shape, shape) && dtypeOf(array.data) === dtype)) continue;
    different.set(
      name,
      `${name} is ${dtypeOf(array.data)} ${formatShape(array.shape)}, expected ${dtype} ${formatShape(shape)}`,
    );
  }
  if (missing.length + unexpected.length + different.size > 0)
    throw new ArraysMismatchError(subject, missing, unexpected, different);
  for (const [name, parameter] of parameters) parameter.assign((arrays.get(name) as NamedArray).data);
}
