// Top-k errors over crops: against the same computed crop by crop in doubles.
import { describe, expect, it } from 'vitest';
import { fromArrays } from '../../lib/data/index.js';
import * as layers from '../../lib/layers/index.js';
import { sequential } from '../../lib/models/sequential.js';
import { cropsOf } from '../../lib/training/crops.js';
import { evaluateCrops } from '../../lib/training/index.js';

const [count, height, width, channels, classes] = [7, 6, 5, 2, 4];
const pixels = Uint8Array.from(
  { length: count * height * width * channels },
  (_, i) => (37 * i + ((i * i) % 89)) % 256,
);
const images = { data: pixels, shape: [count, height, width, channels], dtype: 'uint8' } as const;
const at = (image: number, row: number, column: number, channel: number) =>
  pixels[((image * height + row) * width + column) * channels + channel] as number;

/** Top-left corners of the ten crops of 4 × 3, and whether they are mirrored. */
const corners = [false, true].flatMap((mirrored) =>
  [
    [0, 0],
    [0, 2],
    [2, 0],
    [2, 2],
    [1, 1],
  ].map(([top, left]) => ({ top: top as number, left: left as number, mirrored })),
);

describe('crops', () => {
  it.each([
    ['center', corners.slice(4, 5)],
    ['ten', corners],
  ] as const)('%s', (crops, expected) => {
    const { data, shape } = cropsOf(images, [4, 3], crops);
    expect(shape).toEqual([count * expected.length, 4, 3, channels]);
    let i = 0;
    for (let image = 0; image < count; image++)
      for (const { top, left, mirrored } of expected)
        for (let row = 0; row < 4; row++)
          for (let column = 0; column < 3; column++)
            for (let channel = 0; channel < channels; channel++)
              expect(data[i++]).toBe(at(image, top + row, left + (mirrored ? 2 - column : column), channel));
  });

  it('refuses images that are smaller', () => {
    expect(() => cropsOf(images, [7, 3], 'ten')).toThrow(
      'evaluateCrops: crops of [7, 3] do not fit images of [6, 5, 2]',
    );
  });
});

describe('evaluateCrops', () => {
  const model = sequential({
    inputShape: [4, 3, channels],
    layers: [
      layers.normalizePixels({ mean: 0.5, standardDeviation: 0.1 }),
      layers.flatten(),
      layers.dense({ units: classes }),
    ],
    seed: 3,
  });
  const labels = Uint8Array.from({ length: count }, (_, i) => (3 * i) % classes);
  const dataset = fromArrays({ images: pixels, imageShape: [height, width, channels], labels }).batch(3);

  it.each([
    ['center', 1],
    ['ten', 10],
  ] as const)('averages the probabilities of %s', async (crops, n) => {
    const { data, shape } = cropsOf(images, [4, 3], crops);
    const logits = (await model.predict({ data, shape })).data;
    const ranks = Array.from(labels, (label, image) => {
      const mean = new Array<number>(classes).fill(0);
      for (let crop = 0; crop < n; crop++) {
        const row = Array.from(
          logits.subarray((image * n + crop) * classes, (image * n + crop + 1) * classes),
          Math.exp,
        );
        const sum = row.reduce((a, b) => a + b);
        for (const [k, value] of row.entries()) mean[k] = (mean[k] as number) + value / sum / n;
      }
      return mean.filter((value) => value > (mean[label] as number)).length;
    });
    const { samples, errors } = await evaluateCrops(model, dataset, { crops, top: [1, 2, 4] });
    expect(samples).toBe(count);
    expect(errors).toEqual([1, 2, 4].map((k) => ranks.filter((rank) => rank >= k).length / count));
    expect(errors[0]).toBeGreaterThan(errors[1] as number);
  });

  it('takes probabilities as they are', async () => {
    const softmax = sequential({
      inputShape: model.inputShape,
      layers: [model.layer, layers.activation('softmax')] as never,
    });
    const options = { crops: 'ten', top: [1, 2] } as const;
    expect(await evaluateCrops(softmax as never, dataset, { ...options, outputs: 'probabilities' })).toEqual(
      await evaluateCrops(model, dataset, options),
    );
  });
});
