// `convgrad imagenet` and `convgrad evaluate`.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { evaluate } from '../../lib/cli/evaluate.js';
import { imagenet } from '../../lib/cli/imagenet.js';
import { challengeYears, networkTable, yearTable } from '../../lib/cli/imagenet_years.js';
import { encodePng } from '../../lib/formats/index.js';
import { saveTfjs } from '../../lib/io/index.js';
import * as layers from '../../lib/layers/index.js';
import { sequential } from '../../lib/models/sequential.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'convgrad-'));
});
afterAll(() => rm(folder, { recursive: true }));

const log = vi.spyOn(console, 'log').mockImplementation(() => {});
afterEach(() => log.mockClear());
const printed = () => log.mock.calls.flat().join('\n');

describe('convgrad imagenet', () => {
  it('says what the networks of each year are made of', () => {
    expect(yearTable().find((line) => line.startsWith('2015'))).toMatch(/ResNet-152 +3\.57 +152 +60,192,808 +11\.514/);
    expect(yearTable().find((line) => line.startsWith('2010'))).toMatch(/NEC-UIUC +28\.20 +features by hand/);
    expect(networkTable().find((line) => line.startsWith('VGG-19'))).toMatch(/19 +143,667,240 +19\.632/);
  });

  it('falls from year to year', () => {
    const errors = challengeYears.map(({ top5Error }) => top5Error);
    expect(errors).toEqual(errors.toSorted((a, b) => b - a));
  });

  it('draws a bar for each year', async () => {
    const out = path.join(folder, 'chart.svg');
    expect(await imagenet({ out })).toBe(0);
    const svg = await readFile(out, 'utf8');
    expect(svg.match(/<rect x=/g)).toHaveLength(challengeYears.length);
    expect(svg).toContain('>152 layers</text>');
    expect(printed()).toContain(out);
    await expect(imagenet({ out: path.join(folder, 'nowhere', 'chart.svg') })).rejects.toThrow('cannot be written');
  });
});

describe('convgrad evaluate', () => {
  const colors = { blue: [0, 0, 255], green: [0, 255, 0], red: [255, 0, 0] };

  beforeAll(async () => {
    for (const [name, color] of Object.entries(colors)) {
      await mkdir(path.join(folder, 'images', name), { recursive: true });
      for (const [width, height] of [
        [12, 9],
        [8, 20],
      ] as const) {
        const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => color[i % 3] as number);
        const image = encodePng({ data, width, height, channels: 3 } as never);
        await writeFile(path.join(folder, 'images', name, `${width}.png`), image);
      }
    }
  });

  /** Writes a classifier that tells the brightest channel, with these scores for red, green and blue. */
  async function classifier(weights: readonly number[]): Promise<string> {
    const model = sequential({
      inputShape: [7, 7, 3],
      layers: [
        layers.globalAveragePool2d(),
        layers.dense({ units: 3, bias: false, activation: 'softmax', name: 'dense' }),
      ],
    });
    model.parameter('dense.weights').assign(Float32Array.from(weights));
    const file = path.join(folder, 'model', 'model.json');
    await saveTfjs(model, file);
    return file;
  }

  it('counts errors over a folder', async () => {
    const right = await classifier([0, 0, 9, 0, 9, 0, 9, 0, 0]); // the classes are blue, green, red
    for (const crops of ['center', 'ten']) {
      log.mockClear();
      expect(await evaluate({ model: right, crops }, [path.join(folder, 'images')])).toBe(0);
      expect(printed()).toMatch(/top-1 error {2}0\.00 %[\s\S]*6 images, 3 classes/);
    }
    const wrong = await classifier([0, 0, 9, 9, 0, 0, 9, 0, 0]); // takes green for blue
    log.mockClear();
    await evaluate({ model: wrong, batch: '4' }, [path.join(folder, 'images')]);
    expect(printed()).toContain('top-1 error  33.33 %');
  });

  // biome-ignore format: a line per case
  it.each([
    ['no folder', {}, [], 'expected one folder, but received 0'],
    ['no network', {}, ['images'], '--network and --weights, or --model, are missing'],
    ['an unknown network', { network: 'lenet9000', weights: 'x' }, ['images'], "--network must be one of alexnet, alexnetOneTower, airbench94, googlenet, lenet5, lenetCaffe, mnistOneEpoch, mobilenetV1, mobilenetV2, resnet, resnetCifar, vgg, zfnet, but is 'lenet9000'"],
    ['two networks', { network: 'vgg', model: 'x.json' }, ['images'], '--model has its own layers and weights'],
    ['options that are no JSON', { network: 'vgg', weights: 'x', options: '{' }, ['images'], '--options is not valid JSON'],
    ['weights that are missing', { network: 'resnet', options: '{"depth": 18, "width": 0.1}', weights: '/nowhere' }, ['images'], "--weights '/nowhere' cannot be read: ENOENT"],
  ] as const)('refuses %s', async (_, options, names, message) => {
    await expect(evaluate(options, names)).rejects.toThrow(message);
  });

  it('refuses what the model does not fit', async () => {
    const model = await classifier(new Array<number>(9).fill(0));
    const images = path.join(folder, 'images');
    await expect(evaluate({ model, mean: '1,2' }, [images])).rejects.toThrow('--mean must be 3 numbers');
    await expect(evaluate({ model, batch: '0' }, [images])).rejects.toThrow('--batch must be a positive integer');
    await expect(evaluate({ model, size: '6' }, [images])).rejects.toThrow(
      'crops of [7, 7] do not fit images of [6, 6, 3]',
    );
    await expect(evaluate({ model, crops: 'five' }, [images])).rejects.toThrow("crops must be one of 'center', 'ten'");
    await rm(path.join(images, 'red'), { recursive: true });
    await expect(evaluate({ model }, [images])).rejects.toThrow('the model has 3 classes, but');
  });
});
