/** Every optimizer, wrapper and schedule with memory: saved in the middle of an epoch, and resumed, it ends with the same bits. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { checkpoint, latestCheckpoint } from '../../lib/io/index.js';
import * as o from '../../lib/optimizers/index.js';
import * as schedules from '../../lib/schedules/index.js';
import type { Parameter } from '../../lib/tensor/parameter.js';
import type { Callback, EpochRecord } from '../../lib/training/index.js';
import { values } from '../support/tensors.js';
import { weightsOf } from '../training/support.js';
import { smallNet, train } from './support.js';

/** One training's optimizer, and what takes part with it. */
interface Setting {
  readonly optimizer: o.Optimizer;
  readonly callbacks?: readonly Callback[];
}

const momentum = (learningRate: o.LearningRate = 0.02) => o.sgd({ learningRate, momentum: 0.9, weightDecay: 1e-3 });
const isMatrix = ({ shape }: Parameter) => shape.length >= 2;
const inGroups = () => o.groups([{ parameters: isMatrix, optimizer: o.muon() }, { optimizer: o.adam() }]);
const rates = { step: { learningRate: 0.05, every: 4 } };

const cases: Record<string, () => o.Optimizer | Setting> = {
  sgd: () => o.sgd({ learningRate: 0.05 }),
  'sgd with momentum': momentum,
  "sgd in Keras' convention, by Nesterov": () =>
    o.sgd({
      learningRate: schedules.stepDecay(rates.step),
      momentum: 0.9,
      nesterov: true,
      momentumConvention: 'keras',
    }),
  adam: () => o.adam(),
  "adam in Keras' convention": () => o.adam({ epsilonConvention: 'keras' }),
  adamW: () => o.adamW({ weightDecay: 0.05 }),
  adadelta: () => o.adadelta(),
  adagrad: () => o.adagrad({ learningRate: 0.05, rateDecay: 0.1, initialSum: 0.1 }),
  rmsprop: () => o.rmsprop({ momentum: 0.5, centered: true }),
  lars: () => o.lars({ learningRate: 0.1 }),
  lamb: () => o.lamb({ learningRate: 0.01, weightDecay: 0.01 }),
  groups: inGroups,
  'clipped by norm': () => o.clipped(momentum(), { globalNorm: 0.5 }),
  'clipped by value': () => o.clipped(momentum(), { value: 0.01 }),
  maxNorm: () => o.maxNorm(momentum(), { limit: 0.5 }),
  lookahead: () => o.lookahead(momentum(), { every: 4, rate: (step) => 1 / (1 + step / 10) }),
  averaged: () => o.averaged(momentum(), { decay: 0.9 }),
  'all of them': () => o.averaged(o.lookahead(o.maxNorm(o.clipped(inGroups(), { globalNorm: 1 }), { limit: 1 }))),
  plateau: () => {
    const score = ({ train: { loss } }: EpochRecord) => loss;
    const drops = schedules.plateau({ learningRate: 0.05, factor: 0.5, patience: 0, threshold: 0.2, score });
    return { optimizer: momentum(drops.schedule), callbacks: [drops] };
  },
};

/** Everything that training has left behind: weights, running statistics, and the optimizer's state. */
async function remains(model: ReturnType<typeof smallNet>, optimizer: o.Optimizer): Promise<unknown> {
  const state = Array.from(optimizer.state(model.parameters), async ([name, slot]) => [name, await values(slot)]);
  return [await weightsOf(model), await Promise.all(state), optimizer.counters(model.parameters)];
}

const STOP = 10; // of 28 updates; seven are an epoch

it.each(Object.entries(cases))('%s', async (_, make) => {
  const setting = (): Setting => {
    const made = make();
    return made instanceof o.Optimizer ? { optimizer: made } : made;
  };
  const directory = await mkdtemp(path.join(tmpdir(), 'convgrad-'));
  try {
    const [straight, whole] = [smallNet(), setting()];
    await train(straight, whole);

    const controller = new AbortController();
    const stop: Callback = {
      onUpdate: ({ step }) => {
        if (step === STOP) controller.abort();
      },
    };
    const first = setting();
    const callbacks = [...(first.callbacks ?? []), checkpoint({ directory, everySteps: 4 }), stop];
    await train(smallNet(), { ...first, callbacks, signal: controller.signal });

    const resume = await latestCheckpoint(directory);
    expect(resume?.progress).toMatchObject({ step: STOP, epoch: 1, batch: STOP - 7 });
    const [resumed, second] = [smallNet(), setting()];
    await train(resumed, { ...second, resume });
    expect(await remains(resumed, second.optimizer)).toEqual(await remains(straight, whole.optimizer));
  } finally {
    await rm(directory, { recursive: true });
  }
});
