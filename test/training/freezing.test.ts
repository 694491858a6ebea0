/** What is frozen keeps its bits, whatever trains beside it; what is thawed again goes on. */
import { describe, expect, it } from 'vitest';
import { fromArrays } from '../../lib/data/index.js';
import * as layers from '../../lib/layers/index.js';
import { softmaxCrossEntropy } from '../../lib/losses/index.js';
import type { Model } from '../../lib/models/model.js';
import { sequential } from '../../lib/models/sequential.js';
import * as o from '../../lib/optimizers/index.js';
import type { Parameter } from '../../lib/tensor/parameter.js';
import { noise, values } from '../support/tensors.js';

const images = Float32Array.from(noise(30 * 36, 7));
const labels = Int32Array.from({ length: 30 }, (_, i) => (i * 5) % 3);
const dataset = () => fromArrays({ images, imageShape: [6, 6, 1], labels }).batch(10);

const net = () =>
  sequential({
    inputShape: [6, 6, 1],
    layers: [
      layers.sequential([layers.conv2d({ filters: 4, kernelSize: 3 }), layers.batchNorm()], { name: 'features' }),
      layers.activation('relu'),
      layers.flatten(),
      layers.dense({ units: 3, name: 'head' }),
    ],
  });

const inFeatures = ({ name }: Parameter) => name.startsWith('features');
const isStatistic = ({ name }: Parameter) => name.includes('running');

async function train(model: Model<number[], number[]>, optimizer: o.Optimizer, epochs = 2): Promise<void> {
  await model.fit(dataset(), { epochs, optimizer, loss: softmaxCrossEntropy });
}

const bitsOf = async (parameters: readonly Parameter[]) =>
  new Map(await Promise.all(parameters.map(async (one) => [one.name, await values(one)] as const)));

/** Whether each parameter has kept its bits. */
async function kept(model: Model<number[], number[]>, before: Map<string, number[]>): Promise<Map<string, boolean>> {
  const after = await bitsOf(model.parameters);
  return new Map(
    [...after].map(([name, bits]) => [name, bits.every((value, i) => Object.is(value, before.get(name)?.[i]))]),
  );
}

const optimizers: Record<string, () => o.Optimizer> = {
  'sgd with weight decay': () => o.sgd({ learningRate: 0.1, momentum: 0.9, weightDecay: 0.1 }),
  adamW: () => o.adamW({ weightDecay: 0.1 }),
  lamb: () => o.lamb({ weightDecay: 0.1 }),
  clipped: () => o.clipped(o.adam(), { globalNorm: 0.1, value: 1 }),
  maxNorm: () => o.maxNorm(o.adam(), { limit: 0.1 }),
  lookahead: () => o.lookahead(o.sgd({ learningRate: 0.1 }), { every: 2 }),
  averaged: () => o.averaged(o.adam(), { decay: 0.5 }),
  groups: () =>
    o.groups([{ parameters: inFeatures, optimizer: o.adamW() }, { optimizer: o.sgd({ learningRate: 0.1 }) }]),
};

describe('frozen layers', () => {
  it.each(Object.entries(optimizers))('keep their bits under %s', async (_, make) => {
    using model = net();
    for (const parameter of model.parameters.filter(inFeatures)) parameter.trainable = false;
    const before = await bitsOf(model.parameters);
    const optimizer = make();
    await train(model, optimizer);
    for (const parameter of model.parameters) {
      // Running statistics belong to the forward pass in training mode, as in PyTorch: freezing is about gradients.
      const expected = inFeatures(parameter) && !isStatistic(parameter);
      expect((await kept(model, before)).get(parameter.name), parameter.name).toBe(expected);
    }
    expect([...optimizer.state(model.parameters).keys()].every((name) => name.startsWith('head'))).toBe(true);
  });

  it('go on from where they were when thawed', async () => {
    using model = net();
    const optimizer = o.adam();
    const weights = model.parameters.filter((parameter) => inFeatures(parameter) && parameter.trainable);
    for (const parameter of weights) parameter.trainable = false;
    await train(model, optimizer);
    const before = await bitsOf(weights);
    for (const parameter of weights) parameter.trainable = true;
    await train(model, optimizer, 1);
    for (const parameter of weights) expect(await values(parameter)).not.toEqual(before.get(parameter.name));
    const { steps, updates } = optimizer.counters(model.parameters);
    expect([steps, updates['features.0.filter'], updates['head.weights']]).toEqual([9, 3, 9]);
  });

  it('a single parameter may be frozen in the midst of training', async () => {
    using model = net();
    const bias = model.parameter('head.bias');
    let frozen: number[] = [];
    await model.fit(dataset(), {
      epochs: 2,
      optimizer: o.adam(),
      loss: softmaxCrossEntropy,
      callbacks: [
        {
          async onUpdate({ step }) {
            if (step !== 3) return;
            bias.trainable = false;
            frozen = await values(bias);
          },
        },
      ],
    });
    expect(await values(bias)).toEqual(frozen);
  });
});
