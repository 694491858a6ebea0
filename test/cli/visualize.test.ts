import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { page } from '../../lib/cli/report_page.js';
import { visualize } from '../../lib/cli/visualize.js';
import { encodePng } from '../../lib/formats/png.js';
import { decodePng } from '../../lib/formats/png_decode.js';
import { saveTfjs } from '../../lib/io/tfjs.js';
import { saveTorchWeights } from '../../lib/io/torch_weights.js';
import { saveWeights } from '../../lib/io/weights.js';
import * as layers from '../../lib/layers/index.js';
import { sequential } from '../../lib/models/sequential.js';
import { vgg } from '../../lib/zoo/index.js';
import { noise } from '../support/tensors.js';

const folder = mkdtempSync(join(tmpdir(), 'convgrad-visualize-'));
const at = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

const small = { depth: 11, width: 0.05, hidden: 8, inputShape: [32, 32, 3], pooledSize: 1, classes: 4 } as const;
const options = JSON.stringify(small);
const names = 'cat\ndog\n<fish> & "chips"\nbird\n';

beforeAll(async () => {
  const model = vgg(small);
  await saveWeights(model, at('ours.safetensors'));
  await saveTorchWeights(model, at('torch.safetensors'));
  const data = Uint8Array.from(noise(48 * 40 * 3), (v) => Math.round(127 + 100 * Math.max(-1, Math.min(1, v))));
  writeFileSync(at('image.png'), encodePng({ width: 48, height: 40, channels: 3, data }));
  await sharp(at('image.png')).jpeg().toFile(at('image.jpg'));
  writeFileSync(at('names.txt'), names);
  writeFileSync(at('broken.png'), readFileSync(at('image.png')).subarray(0, 60));
});

const run = (given: Record<string, string>, image = 'image.png') =>
  visualize({ weights: at('ours.safetensors'), options, out: at('report.html'), ...given }, [at(image)]);

describe('convgrad visualize', () => {
  it('writes one HTML file with every part, its pictures inside and nothing from outside', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    expect(await run({ classes: at('names.txt'), class: 'dog', maps: '4' })).toBe(0);
    expect(log).toHaveBeenCalledWith(at('report.html'));
    log.mockRestore();
    const html = readFileSync(at('report.html'), 'utf8');
    const titles = [...html.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, title]) => title);
    expect(titles).toEqual([
      'Prediction',
      'Filters of the first layer',
      'Feature maps, layer by layer',
      'Receptive fields',
      'Occlusion',
      'Where “dog” comes from',
      'An image made for “dog”',
    ]);
    expect(html).toContain('&#60;fish&#62; &#38; &#34;chips&#34;');
    expect(html).not.toMatch(/<script|src="(?!data:)|href=|url\(|@import/);
    const pictures = [...html.matchAll(/data:image\/png;base64,([^"]+)/g)];
    expect(pictures.length).toBeGreaterThan(8);
    for (const [, base64 = ''] of pictures)
      expect((await decodePng(Buffer.from(base64, 'base64'))).width).toBeGreaterThan(0);
  });

  it('reads torchvision’s names as well, with the same prediction', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    const bars = () => /<div class="bars">.*?<\/div>/.exec(readFileSync(at('report.html'), 'utf8'))?.[0];
    await run({ layers: 'features.2', maps: '1' });
    const ours = bars();
    await run({ layers: 'features.2', maps: '1', weights: at('torch.safetensors') });
    expect(bars()).toBe(ours);
    log.mockRestore();
  });

  it('reads models of TensorFlow.js, whose outputs are probabilities already', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    const net = sequential({
      inputShape: [16, 16, 3],
      layers: [
        layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu' }),
        layers.globalAveragePool2d(),
        layers.dense({ units: 2, activation: 'softmax', name: 'dense' }),
      ],
    });
    net.parameter('dense.weights').assign(new Float32Array(8));
    net.parameter('dense.bias').assign(Float32Array.of(0, Math.log(3)));
    await saveTfjs(net, at('tfjs/model.json'));
    await visualize({ model: at('tfjs/model.json'), maps: '1', out: at('report.html') }, [at('image.png')]);
    const html = readFileSync(at('report.html'), 'utf8');
    expect(html).toContain('model.json · image.png');
    expect(html).toMatch(/class 1[\s\S]*75\.0/);
    log.mockRestore();
  });

  it('explains itself', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    expect(await visualize({ help: true }, [])).toBe(0);
    expect(log.mock.calls[0]?.[0]).toContain('usage: convgrad visualize <image> --weights <file>');
    log.mockRestore();
  });

  it.each([
    ['no image', () => visualize({ weights: 'w' }, []), 'expected one image, but received 0; --help'],
    ['weights for a model', () => run({ model: at('model.json') }), '--model has its own layers and weights'],
    ['no weights', () => visualize({}, ['a.png']), '--weights, or --model, is missing'],
    ['an unknown network', () => run({ network: 'vgg99' }), '--network must be one of alexnet, '],
    ['a network of sentences', () => run({ network: 'textCnn' }), "but is 'textCnn'"],
    ['options that are no JSON', () => run({ options: '{depth:1}' }), '--options is not valid JSON'],
    ['options that the network refuses', () => run({ options: '{"depth": 12}' }), 'vgg: depth must be one of'],
    ['too many means', () => run({ mean: '1,2' }), "--mean must be 3 numbers with commas between, but is '1,2'"],
    ['a deviation of zero', () => run({ deviation: '0' }), '--deviation must be above 0'],
    ['no maps', () => run({ maps: '0' }), "--maps must be a positive integer, but is '0'"],
    ['a missing image', () => run({}, 'missing.png'), 'cannot be read: ENOENT'],
    ['a broken image', () => run({}, 'broken.png'), 'broken.png'],
    ['missing weights', () => run({ weights: at('missing') }), "--weights '"],
    ['weights of another network', () => run({ options: JSON.stringify({ ...small, hidden: 9 }) }), 'loadWeights'],
    ['too few classes', () => run({ classes: at('image.png') }), 'lines for 4 classes'],
    ['an unknown class', () => run({ class: 'cow' }), "number below 4, but is 'cow'"],
    ['a class out of range', () => run({ class: '4' }), "number below 4, but is '4'"],
    ['a layer that is none', () => run({ layers: 'features.99' }), "featureMaps: the model has no layer 'features.99'"],
    [
      'a folder that is none, of a JPEG',
      () => run({ out: at('none/report.html'), layers: 'features.2' }, 'image.jpg'),
      'cannot be written: ENOENT',
    ],
  ])('says what is wrong with %s', async (_, act, message) => {
    const error = await act().then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error?.message).toContain(message);
    expect(error?.name).toMatch(/Argument|Format|Mismatch/);
  });
});

it('a page escapes what it is given', () => {
  expect(page('<a>', "b'", [{ title: '&', text: '"' }])).toMatch(/&#60;a&#62;[\s\S]*b&#39;[\s\S]*&#38;[\s\S]*&#34;/);
});
