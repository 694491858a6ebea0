/**
 * Pixels of grey or RGB, with or without alpha, as grey or RGB. What is transparent is laid over black.
 *
 * @param from channels there are: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha
 */
export function withChannels(data: Uint8Array, from: number, to: 1 | 3): Uint8Array {
  if (from === to) return data;
  const alpha = from % 2 === 0 ? from - 1 : undefined;
  const colors = alpha ?? from;
  const result = new Uint8Array((data.length / from) * to);
  for (let pixel = 0; pixel < data.length / from; pixel++) {
    const opacity = alpha === undefined ? 1 : (data[pixel * from + alpha] as number) / 255;
    const sample = (c: number): number => (data[pixel * from + (colors === 1 ? 0 : c)] as number) * opacity;
    if (to === 3) for (let c = 0; c < 3; c++) result[pixel * 3 + c] = Math.round(sample(c));
    else result[pixel] = Math.round(0.299 * sample(0) + 0.587 * sample(1) + 0.114 * sample(2));
  }
  return result;
}
