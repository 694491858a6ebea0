import { describe, expect, it } from 'vitest';
import { memory } from '../../lib/native.js';
import { ArgumentError, ShapeError } from '../../lib/tensor/errors.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { predict } from '../../lib/training/index.js';
import { noise, values } from '../support/tensors.js';
import { blobs, Mlp } from './support.js';

describe('predict', () => {
  const model = new Mlp();
  const data = Float32Array.from(noise(2 * 23));

  it('gives the same outputs for a tensor, an array in batches of any size, and a dataset', async () => {
    const expected = await values(model.forward(tensor(data, [23, 2])));
    const before = memory().liveBytes;
    const whole = await predict(model, tensor(data, [23, 2]));
    expect(whole).toMatchObject({ shape: [23, 3], dtype: 'float32' });
    expect([...whole.data]).toEqual(expected);
    for (const batchSize of [1, 5, 23, 256]) {
      const { data: outputs, shape } = await predict(model, { data, shape: [23, 2] }, { batchSize });
      expect(shape).toEqual([23, 3]);
      for (const [index, value] of outputs.entries()) expect(value).toBeCloseTo(expected[index] as number, 5);
    }
    expect(memory().liveBytes - before).toBeLessThan(1000);
    const source = blobs(10);
    const batches = await predict(model, source.batch(4));
    expect(batches.shape).toEqual([10, 3]);
  });

  it.each<[string, () => Promise<unknown>, new (message: string) => Error, string]>([
    [
      'no input',
      () => predict(model, undefined as never),
      ArgumentError,
      'predict: expected a tensor, an array with data and shape, or a dataset',
    ],
    [
      'a shape that does not fit',
      () => predict(model, { data, shape: [3, 2] }),
      ArgumentError,
      'predict: x has shape [3, 2] but 46 elements',
    ],
    [
      'no rows',
      () => predict(model, { data: new Float32Array(0), shape: [0, 2] }),
      ArgumentError,
      'predict: there is no input',
    ],
    ['inputs of another width', () => predict(model, { data, shape: [2, 23] }), ShapeError, 'matmul'],
    [
      'a batch size of 0',
      () => predict(model, { data, shape: [23, 2] }, { batchSize: 0 }),
      ArgumentError,
      'predict: batchSize must be a positive integer',
    ],
  ])('rejects %s', async (_, run, type, message) => {
    const error = await run().catch((failure: Error) => failure);
    expect(error).toBeInstanceOf(type);
    expect((error as Error).message).toContain(message);
  });

  it('ends when it is aborted', async () => {
    await expect(
      predict(model, { data, shape: [23, 2] }, { signal: AbortSignal.abort(new Error('enough')) }),
    ).rejects.toThrow('enough');
  });
});
