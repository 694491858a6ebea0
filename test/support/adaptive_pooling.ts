type Image = readonly [number, number, number, number];

/** Shapes and output sizes: dividing and not, larger than the input, whole images. */
export const adaptiveCases: readonly (readonly [Image, readonly [number, number]])[] = [1, 3, 16, 17].flatMap(
  (channels) => [
    [
      [2, 6, 6, channels],
      [3, 2],
    ] as const,
    [
      [1, 7, 5, channels],
      [3, 4],
    ] as const,
    [
      [2, 4, 9, channels],
      [6, 1],
    ] as const,
    [
      [1, 5, 5, channels],
      [1, 1],
    ] as const,
  ],
);

/** For each output element in order: the offsets in x its window reads, in row-major order. */
export function adaptiveWindows(
  [batch, height, width, channels]: Image,
  [outH, outW]: readonly [number, number],
): number[][] {
  const extent = (t: number, input: number, out: number) => [
    Math.floor((t * input) / out),
    Math.ceil(((t + 1) * input) / out),
  ];
  const windows: number[][] = [];
  for (let n = 0; n < batch; n++)
    for (let i = 0; i < outH; i++)
      for (let j = 0; j < outW; j++)
        for (let c = 0; c < channels; c++) {
          const [top = 0, bottom = 0] = extent(i, height, outH);
          const [left = 0, right = 0] = extent(j, width, outW);
          const window: number[] = [];
          for (let row = top; row < bottom; row++)
            for (let column = left; column < right; column++)
              window.push(((n * height + row) * width + column) * channels + c);
          windows.push(window);
        }
  return windows;
}
