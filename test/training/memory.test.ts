/** Native memory over ten thousand steps: constant from step to step, and back where it was afterwards. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeEach, describe, expect, it } from 'vitest';
import { valueAndGradients } from '../../lib/autograd/gradients.js';
import { softmaxCrossEntropy } from '../../lib/losses/index.js';
import { accuracy } from '../../lib/metrics/index.js';
import { memory, synchronize } from '../../lib/native.js';
import { adam, type Optimizer } from '../../lib/optimizers/index.js';
import { scope } from '../../lib/tensor/scope.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { type Callback, fit } from '../../lib/training/index.js';
import { noise } from '../support/tensors.js';
import { blobs, Mlp } from './support.js';

const STEPS = 10_000;
const images = Float32Array.from(noise(64));
const labels = Int32Array.from({ length: 32 }, (_, i) => i % 3);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

beforeEach(collected);

/** One update as users write it; nothing is disposed of. */
function update(model: Mlp, optimizer: Optimizer): Tensor {
  const [x, y] = [tensor(images, [32, 2]), tensor(labels)];
  const { value, gradients } = valueAndGradients(() => softmaxCrossEntropy(model.forward(x), y), model.parameters);
  optimizer.step(model.parameters, gradients);
  return value;
}

describe(`${STEPS} steps without a dispose`, () => {
  it.each(['float32', 'bfloat16'] as const)(
    'of fit in %s leave the live bytes exactly constant, and nothing behind',
    async (precision) => {
      const [model, optimizer] = [new Mlp(), adam()];
      const before = memory();
      const seen = new Set<string>();
      const watch: Callback = {
        onUpdate: ({ step }) => {
          const { liveBytes, liveBuffers } = memory();
          if (step > 3) seen.add(`${liveBytes} bytes, ${liveBuffers} buffers`);
        },
      };
      const [loss, metrics, callbacks] = [softmaxCrossEntropy, [accuracy()], [watch]];
      const options = { epochs: 10, optimizer, loss, metrics, callbacks, precision };
      const { steps } = await fit(model, blobs((4 * STEPS) / 10).batch(4), options);
      expect(steps).toBe(STEPS);
      expect([...seen]).toHaveLength(1);
      optimizer.dispose();
      expect(memory()).toMatchObject({ liveBytes: before.liveBytes, liveBuffers: before.liveBuffers });
      expect(model.parameters).toHaveLength(3); // still there
    },
  );

  it('of a hand-written loop in a scope, too', async () => {
    const [model, optimizer] = [new Mlp(), adam()];
    const before = memory();
    const seen = new Set<number>();
    for (let step = 0; step < STEPS; step++) {
      const { loss } = scope(() => ({ loss: update(model, optimizer).item() }));
      await loss;
      seen.add(memory().liveBytes);
    }
    expect([...seen]).toHaveLength(1);
    optimizer.dispose();
    expect(memory().liveBytes).toBe(before.liveBytes);
    expect(model.parameters).toHaveLength(3); // still there
  });

  it('of a hand-written loop without a scope are bounded by garbage collection, and leave nothing behind', async () => {
    const [model, optimizer] = [new Mlp(), adam()];
    const before = memory().liveBytes;
    let peak = 0;
    for (let step = 0; step < STEPS; step++) {
      await update(model, optimizer).item();
      peak = Math.max(peak, memory().liveBytes);
    }
    expect(peak - before).toBeLessThan(64 << 20);
    optimizer.dispose();
    await collected();
    expect(memory().liveBytes).toBe(before);
    expect(model.parameters).toHaveLength(3); // still there
  });
});

it('a loop that never awaits is held back by the stream, and its memory bounded', async () => {
  const [model, optimizer] = [new Mlp(), adam()];
  const before = memory().liveBytes;
  let peak = 0;
  for (let step = 0; step < STEPS; step++) {
    update(model, optimizer);
    peak = Math.max(peak, memory().liveBytes);
  }
  expect(peak - before).toBeLessThan(64 << 20);
  await synchronize();
  optimizer.dispose();
  await collected();
  expect(memory().liveBytes).toBe(before);
  expect(model.parameters).toHaveLength(3); // still there
});

/** Lets finalizers run. */
async function collected(): Promise<void> {
  for (let round = 0; round < 5; round++) {
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
  }
}
