import { describe, expect, it } from 'vitest';
import { softmaxCrossEntropy } from '../../lib/losses/index.js';
import { accuracy } from '../../lib/metrics/index.js';
import { sgd } from '../../lib/optimizers/index.js';
import { ArgumentError, ShapeError } from '../../lib/tensor/errors.js';
import { evaluate, fit } from '../../lib/training/index.js';
import { blobs, Mlp, weightsOf } from './support.js';

const loss = softmaxCrossEntropy;

describe('bad input', () => {
  const good = () => ({ epochs: 1, optimizer: sgd({ learningRate: 0.1 }), loss });
  const dataset = blobs(10).batch(10);
  it.each<[string, () => Promise<unknown>, string]>([
    [
      'no model',
      () => fit({} as never, dataset, good()),
      'fit: expected a model with parameters and a forward function, but received {}',
    ],
    [
      'a dataset without batches',
      () => fit(new Mlp(), blobs(10) as never, good()),
      'fit: dataset must give batches, but received a dataset without batches; call .batch(size) on it',
    ],
    [
      'an array for a dataset',
      () => fit(new Mlp(), [] as never, good()),
      'fit: dataset must give batches, but received []',
    ],
    [
      'no options',
      () => fit(new Mlp(), dataset, undefined as never),
      'fit: expected an options object, but received undefined',
    ],
    [
      'zero epochs',
      () => fit(new Mlp(), dataset, { ...good(), epochs: 0 }),
      'fit: epochs must be a positive integer, but received 0',
    ],
    [
      'half an epoch',
      () => fit(new Mlp(), dataset, { ...good(), epochs: 0.5 }),
      'fit: epochs must be a positive integer, but received 0.5',
    ],
    [
      'an optimizer by name',
      () => fit(new Mlp(), dataset, { ...good(), optimizer: 'sgd' as never }),
      "fit: optimizer must be one, such as sgd({ … }), but received 'sgd'",
    ],
    [
      'a loss by name',
      () => fit(new Mlp(), dataset, { ...good(), loss: 'mse' as never }),
      "fit: loss must be a function of output and target, but received 'mse'",
    ],
    [
      'a metric by name',
      () => fit(new Mlp(), dataset, { ...good(), metrics: ['accuracy'] as never }),
      "fit: metrics[0] must be a metric, such as accuracy(), but received 'accuracy'",
    ],
    [
      'a metric twice',
      () => fit(new Mlp(), dataset, { ...good(), metrics: [accuracy(), accuracy()] }),
      "fit: two metrics are named 'accuracy'",
    ],
    [
      'a negative seed',
      () => fit(new Mlp(), dataset, { ...good(), seed: -1 }),
      'fit: seed must be a non-negative integer, but received -1',
    ],
    [
      'accumulate 0',
      () => fit(new Mlp(), dataset, { ...good(), accumulate: 0 }),
      'fit: accumulate must be a positive integer, but received 0',
    ],
    [
      'an unknown option',
      () => fit(new Mlp(), dataset, { ...good(), batchSize: 3 } as never),
      "fit: unknown option 'batchSize'",
    ],
    [
      'a signal of another kind',
      () => fit(new Mlp(), dataset, { ...good(), signal: {} as never }),
      'fit: signal must be an AbortSignal, but received {}',
    ],
    [
      'no patience',
      () => fit(new Mlp(), dataset, { ...good(), earlyStopping: { monitor: 'train.loss' } as never }),
      'fit: earlyStopping: patience must be a positive integer, but received undefined',
    ],
    [
      'a score nobody computes',
      () => fit(new Mlp(), dataset, { ...good(), earlyStopping: { patience: 1 } }),
      "fit: earlyStopping: monitor must be one of 'train.loss', but received 'validation.loss'",
    ],
    [
      'a resume that is no checkpoint',
      () => fit(new Mlp(), dataset, { ...good(), resume: {} as never }),
      'fit: resume must be a checkpoint',
    ],
    [
      'callbacks that are none',
      () => fit(new Mlp(), dataset, { ...good(), callbacks: [() => {}] as never }),
      'fit: callbacks must be an array of objects',
    ],
    [
      'no loss to evaluate',
      () => evaluate(new Mlp(), dataset, {} as never),
      'evaluate: loss must be a function of output and target, but received undefined',
    ],
  ])('%s is an ArgumentError', async (_, run, message) => {
    const error = await run().catch((failure: Error) => failure);
    expect(error).toBeInstanceOf(ArgumentError);
    expect((error as Error).message).toContain(message);
  });

  it('a loss that is no single number is a ShapeError, and nothing is updated', async () => {
    const model = new Mlp();
    const before = await weightsOf(model);
    await expect(fit(model, dataset, { ...good(), loss: (output) => output })).rejects.toThrow(ShapeError);
    expect(await weightsOf(model)).toEqual(before);
  });

  it('a model without trainable parameters', async () => {
    const model = new Mlp();
    for (const parameter of model.parameters) parameter.trainable = false;
    await expect(fit(model, dataset, good())).rejects.toThrow('fit: the model has no trainable parameters');
  });
});
