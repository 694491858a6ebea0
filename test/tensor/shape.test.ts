import { describe, expect, it } from 'vitest';
import { ArgumentError, ShapeError } from '../../lib/tensor/errors.js';
import { broadcastShapes, checkShape, elementCount, formatShape, sameShape } from '../../lib/tensor/shape.js';

describe('shapes', () => {
  it('counts elements', () => {
    expect(elementCount([])).toBe(1);
    expect(elementCount([2, 3, 4])).toBe(24);
    expect(elementCount([5, 0])).toBe(0);
  });

  it('compares and formats', () => {
    expect(sameShape([1, 2], [1, 2])).toBe(true);
    expect(sameShape([1, 2], [1, 2, 1])).toBe(false);
    expect(formatShape([28, 28, 1])).toBe('[28, 28, 1]');
  });

  it.each([
    [
      [3, 1],
      [1, 4],
      [3, 4],
    ],
    [[2, 3, 4], [4], [2, 3, 4]],
    [[], [2, 2], [2, 2]],
    [[1], [0], [0]],
  ])('broadcasts %j and %j to %j', (a, b, expected) => {
    expect(broadcastShapes('add', a, b)).toEqual(expected);
    expect(broadcastShapes('add', b, a)).toEqual(expected);
  });

  it('says which extents do not broadcast', () => {
    expect(() => broadcastShapes('add', [2, 3], [2, 4])).toThrow(
      new ShapeError('add: shapes [2, 3] and [2, 4] do not broadcast: 3 meets 4'),
    );
  });

  it.each([[[2, -1]], [[1.5]], [['3']], [undefined], [[1e10, 1e10]]])('rejects %j', (shape) => {
    expect(() => checkShape('tensor', shape)).toThrow(ArgumentError);
  });
});
