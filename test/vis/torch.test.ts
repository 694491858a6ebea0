// The attributions of two narrow networks, as PyTorch computes them: see scripts/oracle/attributions.py.
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { decodeSafetensors } from '../../lib/formats/safetensors.js';
import { loadTorchWeights } from '../../lib/io/index.js';
import type { Model } from '../../lib/models/model.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { deconvnet, gradCam, guidedBackprop, saliency } from '../../lib/vis/index.js';
import * as zoo from '../../lib/zoo/index.js';
import { relativeError } from '../oracle/network_cases.js';

const inputShape = [64, 64, 3];
const networks: Record<string, () => Model> = {
  vgg: () => zoo.vgg({ depth: 11, batchNorm: true, width: 1 / 32, classes: 5, inputShape, pooledSize: 2, hidden: 12 }),
  resnet: () => zoo.resnet({ repeats: [1, 1], bottleneck: false, width: 1 / 8, classes: 5, inputShape }),
};

async function read(name: string) {
  const url = new URL(`../fixtures/networks/${name}.safetensors`, import.meta.url);
  return { url, ...decodeSafetensors(await readFile(url), url.pathname) };
}

describe.each(Object.keys(networks))('%s', (name) => {
  it('agrees with PyTorch', async () => {
    const model = (networks[name] as () => Model)();
    await loadTorchWeights(model, (await read(name)).url.pathname);
    const { arrays } = await read(`${name}.expected`);
    const expected = (await read(`${name}.attributions`)).arrays;
    const x = tensor(Float32Array.from(arrays.get('x')?.data ?? []), [1, ...inputShape]);
    const options = { target: 1 };
    const found = {
      saliency: (await saliency(model, x, options))[0],
      guidedBackprop: (await guidedBackprop(model, x, options))[0],
      deconvnet: (await deconvnet(model, x, options))[0],
      gradCam: (await gradCam(model, x, { ...options, size: 'layer' }))[0],
    };
    for (const [method, result] of Object.entries(found)) {
      const wanted = expected.get(method);
      const [height = 0, width = 0, channels = 1] = result?.shape ?? [];
      const every = method === 'gradCam' ? 1 : 4;
      const given = [...(result?.data ?? [])].filter((_, at) => {
        const pixel = Math.floor(at / channels);
        return Math.floor(pixel / width) % every === 0 && (pixel % width) % every === 0;
      });
      expect(given).toHaveLength((height * width * channels) / every ** 2);
      expect(relativeError(given, wanted?.data ?? [])).toBeLessThan(1e-4);
    }
  });
});
