import { defineOp } from '../autograd/define_op.js';
import { native } from '../native.js';
import { checkFloat, checkSameShape } from '../tensor/checks.js';
import { ArgumentError } from '../tensor/errors.js';
import { aliasOf, empty, type Tensor } from '../tensor/tensor.js';
import { PoolSwitches, routeToSwitches } from './max_pool2d.js';
import type { PoolNumbers } from './pool2d.js';

declare module '../native.js' {
  interface Native {
    /** dy ← the elements of dx that the switches point at. */
    maxUnpool2dGradient(dx: Handle, switches: Handle, dy: Handle, ...geometry: PoolNumbers): void;
  }
}

const maxUnpool2dOp = defineOp({
  name: 'maxUnpool2d',
  forward: ([y]: [Tensor], { positions, inputShape, geometry }: PoolSwitches) => ({
    output: routeToSwitches(y, positions, inputShape, geometry),
    saved: { positions: aliasOf(positions) },
  }),
  backward: (dx, { positions }, { geometry }) => [
    () => {
      const dy = empty(geometry.outputShape, dx.dtype);
      native.maxUnpool2dGradient(dx.handle, positions.handle, dy.handle, ...geometry.numbers);
      return dy;
    },
  ],
});

/**
 * Max-unpooling: puts each value where the maximum of its window stood, zeros elsewhere; values that meet are added.
 *
 * It is the adjoint of the pooling with its choices fixed. Zeiler & Fergus 2014 (arXiv 1311.2901).
 *
 * @param y [batch, output height, output width, channels] of the pooling
 * @param switches what maxPool2dWithSwitches returned
 * @returns [batch, height, width, channels], the shape that was pooled
 * @throws ShapeError, DTypeError or ArgumentError for inputs that do not fit
 * @example
 * const { output, switches } = ops.maxPool2dWithSwitches(images, { poolSize: 2 });
 * const peaks = ops.maxUnpool2d(output, switches);
 */
export function maxUnpool2d(y: Tensor, switches: PoolSwitches): Tensor {
  checkFloat('maxUnpool2d', 'y', y);
  if (!(switches instanceof PoolSwitches))
    throw new ArgumentError('maxUnpool2d: switches must be what maxPool2dWithSwitches returned');
  checkSameShape('maxUnpool2d', 'y', y, switches.geometry.outputShape);
  return maxUnpool2dOp([y], switches);
}
