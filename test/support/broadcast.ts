// NumPy's broadcasting, element by element.

/** A dense array of plain numbers in row-major order. */
interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** Where the element of an operand of `shape` lies that takes part at `index` of the result. */
function offset(shape: readonly number[], index: readonly number[]): number {
  return shape.reduce(
    (at, extent, axis) => at * extent + (extent === 1 ? 0 : (index[axis + index.length - shape.length] as number)),
    0,
  );
}

/** f of every pair of elements that broadcasting brings together. */
export function broadcastReference(a: Numbers, b: Numbers, f: (a: number, b: number) => number): Numbers {
  const rank = Math.max(a.shape.length, b.shape.length);
  const extentAt = (shape: readonly number[], axis: number): number => shape[axis + shape.length - rank] ?? 1;
  const shape = Array.from({ length: rank }, (_, axis) => {
    const [x, y] = [extentAt(a.shape, axis), extentAt(b.shape, axis)];
    return x === 1 ? y : x;
  });
  const length = shape.reduce((n, extent) => n * extent, 1);
  const data = Array.from({ length }, (_, position) => {
    const index: number[] = [];
    for (let axis = rank - 1, rest = position; axis >= 0; rest = Math.floor(rest / (shape[axis--] as number)))
      index.unshift(rest % (shape[axis] as number));
    return f(a.data[offset(a.shape, index)] as number, b.data[offset(b.shape, index)] as number);
  });
  return { shape, data };
}
