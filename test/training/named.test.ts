/** Training with several inputs and outputs: records of arrays through data, fit, evaluate, predict, and checkpoints. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { fromStacked, type HostArray } from '../../lib/data/index.js';
import { checkpoint, latestCheckpoint, loadWeights, saveWeights } from '../../lib/io/index.js';
import * as layers from '../../lib/layers/index.js';
import { softmaxCrossEntropy, weighted } from '../../lib/losses/index.js';
import { accuracy, of } from '../../lib/metrics/index.js';
import { graph } from '../../lib/models/graph.js';
import { input, join } from '../../lib/models/node.js';
import { memory } from '../../lib/native.js';
import { add, multiply } from '../../lib/ops/index.js';
import { adam } from '../../lib/optimizers/index.js';
import { tensor } from '../../lib/tensor/tensor.js';
import type { Callback } from '../../lib/training/index.js';
import { noise, values } from '../support/tensors.js';
import { weightsOf } from './support.js';

const SIZE = 22;

/** A point in the plane, a third coordinate beside it; the sign of the sum, and the quadrant of the point. */
function samples() {
  const point = Float32Array.from(noise(2 * SIZE, 1));
  const height = Float32Array.from(noise(SIZE, 2));
  const at = (i: number) => [point[2 * i] as number, point[2 * i + 1] as number] as const;
  const sign = Int32Array.from({ length: SIZE }, (_, i) => Number(at(i)[0] + at(i)[1] + (height[i] as number) > 0));
  const quadrant = Int32Array.from({ length: SIZE }, (_, i) => 2 * Number(at(i)[0] > 0) + Number(at(i)[1] > 0));
  return fromStacked({
    x: { point: { data: point, shape: [SIZE, 2] }, height: { data: height, shape: [SIZE, 1] } },
    y: { sign: { data: sign, shape: [SIZE] }, quadrant: { data: quadrant, shape: [SIZE] } },
  });
}

function network() {
  const [point, height] = [input([2]), input([1])];
  const trunk = join(layers.concat(), [point, height]).pipe(
    layers.dense({ units: 12, activation: 'relu' }),
    layers.batchNorm(),
    layers.dropout({ rate: 0.1 }),
  );
  const outputs = {
    sign: trunk.pipe(layers.dense({ units: 2, name: 'sign' })),
    quadrant: trunk.pipe(layers.dense({ units: 4, name: 'quadrant' })),
  };
  return graph({ inputs: { point, height }, outputs, seed: 4 });
}

const loss = weighted({ sign: softmaxCrossEntropy, quadrant: [softmaxCrossEntropy, 0.5] });
const recipe = () => ({
  optimizer: adam({ learningRate: 0.05 }),
  loss,
  metrics: [of('sign', accuracy()), of('quadrant', accuracy())] as const,
  progress: false,
});
const batches = () => samples().shuffle({ seed: 3 }).batch(8).prefetch(2);

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'convgrad-'));
});
afterAll(() => rm(directory, { recursive: true }));

describe('two inputs and two outputs', () => {
  it('train, are evaluated and predict', async () => {
    const model = network();
    const options = {
      ...recipe(),
      epochs: 30,
      validation: samples().batch(5),
      earlyStopping: { patience: 30, monitor: 'validation.quadrantAccuracy' },
    };
    const { epochs, restoredEpoch } = await model.fit(batches(), options);
    const [first, last] = [epochs[0], epochs[restoredEpoch as number]] as const;
    expect(last?.train.loss).toBeLessThan((first?.train.loss as number) / 2);
    const scores = await model.evaluate(samples().batch(9), recipeOfEvaluate());
    expectTypeOf(scores.signAccuracy).toEqualTypeOf<number>();
    expect(scores.quadrantAccuracy).toBe(last?.validation?.quadrantAccuracy);
    expect(scores.quadrantAccuracy).toBeGreaterThan(0.85);

    const whole = await first22();
    const expected = model.forward({
      point: tensor(whole.x.point.data, [SIZE, 2]),
      height: tensor(whole.x.height.data, [SIZE, 1]),
    });
    for (const x of [samples().batch(4), whole.x]) {
      const predicted = await model.predict(x, { batchSize: 5 });
      expectTypeOf(predicted.sign).toEqualTypeOf<HostArray>();
      expect([predicted.sign.shape, predicted.quadrant.shape]).toEqual([
        [SIZE, 2],
        [SIZE, 4],
      ]);
      expect([...predicted.quadrant.data]).toEqual(await values(expected.quadrant));
    }
    const { shape } = await model.select('sign').predict(whole.x);
    expect(shape).toEqual([SIZE, 2]);
  });

  it('resume from every checkpoint, bit by bit', async () => {
    const whole = network();
    const expected = await whole.fit(batches(), { ...recipe(), epochs: 3 });
    const weights = await weightsOf(whole);
    for (const stop of [1, 4, 8]) {
      const folder = path.join(directory, String(stop));
      const controller = new AbortController();
      const abort: Callback = { onUpdate: ({ step }) => (step === stop ? controller.abort() : undefined) };
      const callbacks = [abort, checkpoint({ directory: folder })];
      await network().fit(batches(), { ...recipe(), epochs: 3, callbacks, signal: controller.signal });
      const resumed = network();
      const history = await resumed.fit(batches(), { ...recipe(), epochs: 3, resume: await latestCheckpoint(folder) });
      expect(await weightsOf(resumed)).toEqual(weights);
      expect(history.epochs.at(-1)?.train).toEqual(expected.epochs.at(-1)?.train);
    }
  });

  it('accumulated batches make the update of the whole batch', async () => {
    const make = () => {
      const [left, right] = [input([2]), input([1])];
      const hidden = join(layers.concat(), [left, right]).pipe(layers.dense({ units: 6, activation: 'tanh' }));
      const outputs = {
        sign: hidden.pipe(layers.dense({ units: 2 })),
        quadrant: hidden.pipe(layers.dense({ units: 4 })),
      };
      return graph({ inputs: { point: left, height: right }, outputs, seed: 1 });
    };
    const [once, parts] = [make(), make()];
    await once.fit(samples().batch(SIZE), { ...recipe(), epochs: 2 });
    await parts.fit(samples().batch(8), { ...recipe(), epochs: 2, accumulate: 3 });
    const expected = await weightsOf(once);
    for (const [i, weight] of (await weightsOf(parts)).entries()) expect(weight).toBeCloseTo(expected[i] as number, 4);
  });

  it('weights are saved and loaded, those of a part alone, too', async () => {
    const [model, other] = [network(), network()];
    const file = path.join(directory, 'sign.safetensors');
    for (const parameter of model.parameters) parameter.assign(multiply(parameter, 2));
    await saveWeights(model.select('sign'), file);
    await loadWeights(other.select('sign'), file);
    expect(await weightsOf(other.select('sign'))).toEqual(await weightsOf(model.select('sign')));
    await expect(loadWeights(network(), file)).rejects.toThrow('missing: quadrant.weights, quadrant.bias');
  });
});

describe('one target for all outputs', () => {
  it('trains a main classifier with one on the side, as GoogLeNet', async () => {
    const point = input([2]);
    const early = point.pipe(layers.dense({ units: 8, activation: 'relu' }));
    const main = early.pipe(layers.dense({ units: 8, activation: 'relu' }), layers.dense({ units: 4 }));
    const side = early.pipe(layers.dense({ units: 4 }));
    const model = graph({ inputs: point, outputs: { main, side }, seed: 2 });
    const { x, y } = await first22();
    const dataset = fromStacked({ x: x.point, y: y.quadrant }).batch(11);
    const total = weighted({ main: softmaxCrossEntropy, side: [softmaxCrossEntropy, 0.3] });
    const history = await model.fit(dataset, {
      epochs: 40,
      optimizer: adam({ learningRate: 0.05 }),
      loss: total,
      metrics: [of('main', accuracy())],
    });
    expect(history.epochs.at(-1)?.train.mainAccuracy).toBeGreaterThan(0.9);

    const labels = tensor(y.quadrant.data, [SIZE]);
    const outputs = model.forward(tensor(x.point.data, [SIZE, 2]));
    const byHand = add(
      softmaxCrossEntropy(outputs.main, labels),
      multiply(softmaxCrossEntropy(outputs.side, labels), 0.3),
    );
    expect(await total(outputs, labels).item()).toBe(await byHand.item());
    const { loss: alone } = await model.select('main').evaluate(dataset, { loss: softmaxCrossEntropy });
    expect(alone).toBeCloseTo(await softmaxCrossEntropy(outputs.main, labels).item(), 5);
  });
});

it('leaves nothing in memory', async () => {
  const run = async () => {
    using model = network();
    using optimizer = adam({ learningRate: 0.01 });
    await model.fit(batches(), { ...recipe(), optimizer, epochs: 1, validation: samples().batch(8) });
    await model.predict(samples().batch(8));
  };
  await run();
  const before = memory().liveBuffers;
  await run();
  expect(memory().liveBuffers).toBe(before);
});

/** Loss and metrics without what only `fit` takes. */
function recipeOfEvaluate() {
  const { metrics } = recipe();
  return { loss, metrics };
}

async function first22() {
  for await (const batch of samples().batch(SIZE).batches()) return batch;
  throw new Error('no batch');
}
