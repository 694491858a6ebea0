// Filters that pass channels through: filter(centre, c, c) = 1 for c < min(inputs, filters), all else 0 (PyTorch's dirac_)
import { checkInteger } from '../tensor/arguments.js';
import { allocateTypedArray } from '../tensor/dtype.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import { elementCount, formatShape } from '../tensor/shape.js';
import type { Initializer } from './initializer.js';

/**
 * The identity, as far as there are channels for it. With 'same' padding and stride 1 a layer begins as one.
 *
 * @param groups of the convolution, default 1; each passes its own channels through
 * @throws ArgumentError unless groups is a positive integer that divides the filters; ShapeError for a weight of fewer than two axes
 * @example
 * conv2d({ filters: 64, kernelSize: 3, padding: 'same', bias: false, filterInitializer: dirac() });
 */
export function dirac(groups = 1): Initializer {
  checkInteger('dirac', 'groups', groups);
  return (parameter) => {
    const { shape, dtype } = parameter;
    const [inputs, filters] = shape.slice(-2);
    if (inputs === undefined || filters === undefined)
      throw new ShapeError(`dirac: expected a weight of at least two axes, but got ${formatShape(shape)}`);
    if (filters % groups !== 0)
      throw new ArgumentError(`dirac: groups must divide the ${filters} filters, but received ${groups}`);
    const centre = shape.slice(0, -2).reduce((offset, extent) => offset * extent + Math.floor(extent / 2), 0);
    const values = allocateTypedArray(dtype, elementCount(shape));
    const each = filters / groups;
    for (let filter = 0; filter < filters; filter++)
      if (filter % each < inputs) values[(centre * inputs + (filter % each)) * filters + filter] = 1;
    parameter.assign(values);
  };
}
