import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../../lib/formats/safetensors.js';
import { loadWeights, saveWeights } from '../../lib/io/index.js';
import { ArgumentError, FormatError } from '../../lib/tensor/errors.js';
import { Parameter } from '../../lib/tensor/parameter.js';
import { ArraysMismatchError } from '../../lib/training/index.js';
import { Mlp, weightsOf } from '../training/support.js';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'convgrad-'));
  file = path.join(folder, 'model.safetensors');
});
afterAll(() => rm(folder, { recursive: true }));

describe('saveWeights and loadWeights', () => {
  it('bring every parameter back bit by bit, with metadata, and leave nothing else behind', async () => {
    const [saved, loaded] = [new Mlp({ seed: 1 }), new Mlp({ seed: 2 })];
    await saveWeights(saved, file, { metadata: { accuracy: '0.99' } });
    expect(await loadWeights(loaded, file)).toEqual({ format: 'convgrad', accuracy: '0.99' });
    expect(await weightsOf(loaded)).toEqual(await weightsOf(saved));
    expect(await readdir(folder)).toEqual(['model.safetensors']);
    expect([...decodeSafetensors(await readFile(file)).arrays.keys()].sort()).toEqual([
      'hidden.bias',
      'hidden.weights',
      'out.weights',
    ]);
  });

  it('keep the old file where writing fails', async () => {
    const model = new Mlp();
    await saveWeights(model, file);
    const before = await readFile(file);
    await expect(saveWeights(model, file, { metadata: { epoch: 3 as never } })).rejects.toThrow(ArgumentError);
    await expect(saveWeights(model, path.join(folder, 'nowhere', 'model.safetensors'))).rejects.toThrow('ENOENT');
    expect(await readFile(file)).toEqual(before);
    expect(await readdir(folder)).toEqual(['model.safetensors']);
  });

  it('list everything that does not fit, and touch nothing then', async () => {
    const model = new Mlp();
    const before = await weightsOf(model);
    const arrays = [
      ['hidden.weights', { data: new Float32Array(9), shape: [3, 3] }],
      ['out.weights', { data: new Float64Array(24), shape: [8, 3] }],
      ['out.bias', { data: new Float32Array(3), shape: [3] }],
    ] as const;
    await writeFile(file, encodeSafetensors(arrays));
    const error = await loadWeights(model, file).catch((failure) => failure);
    expect(error).toBeInstanceOf(ArraysMismatchError);
    expect(error).toMatchObject({
      missing: ['hidden.bias'],
      unexpected: ['out.bias'],
      different: ['hidden.weights', 'out.weights'],
    });
    expect(error.message).toBe(
      `loadWeights '${file}': the arrays do not fit the parameters; missing: hidden.bias; unexpected: out.bias; ` +
        'different: hidden.weights is float32 [3, 3], expected float32 [2, 8], out.weights is float64 [8, 3], expected float32 [8, 3]',
    );
    expect(await weightsOf(model)).toEqual(before);
  });

  it('reject files that are truncated, corrupt or not there', async () => {
    const model = new Mlp();
    await saveWeights(model, file);
    await truncate(file, 300);
    await expect(loadWeights(model, file)).rejects.toThrow(FormatError);
    await writeFile(file, 'not a model');
    await expect(loadWeights(model, file)).rejects.toThrow(FormatError);
    await expect(loadWeights(model, path.join(folder, 'none'))).rejects.toThrow(
      `loadWeights: cannot read '${folder}/none'`,
    );
    await expect(loadWeights(model, 3 as never)).rejects.toThrow('loadWeights: expected a path, but received 3');
  });

  it('reject parameters of one name', async () => {
    const twins = { parameters: [new Parameter('w', [1]), new Parameter('w', [1])] };
    await expect(saveWeights(twins, file)).rejects.toThrow('saveWeights: two parameters are named "w"');
  });
});
