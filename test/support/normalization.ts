// Reference of the normalisations over groups of channels.

/** The plain formula, in float64. */
export function groupNormReference(
  x: readonly number[],
  [batch, pixels, channels, groups]: readonly [number, number, number, number],
  gamma: readonly number[],
  beta: readonly number[],
  epsilon = 1e-5,
): number[] {
  const y = new Array<number>(x.length);
  const extent = channels / groups;
  for (let b = 0; b < batch; b++)
    for (let g = 0; g < groups; g++) {
      const at: number[] = [];
      for (let p = 0; p < pixels; p++)
        for (let c = g * extent; c < (g + 1) * extent; c++) at.push((b * pixels + p) * channels + c);
      const mean = at.reduce((sum, i) => sum + (x[i] as number), 0) / at.length;
      const variance = at.reduce((sum, i) => sum + ((x[i] as number) - mean) ** 2, 0) / at.length;
      for (const i of at) {
        const c = i % channels;
        y[i] = (((x[i] as number) - mean) / Math.sqrt(variance + epsilon)) * (gamma[c] as number) + (beta[c] as number);
      }
    }
  return y;
}
