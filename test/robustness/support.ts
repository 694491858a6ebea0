/** What the tables of bad input share: how a case is judged, and what must hold after each group of them. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ConvgradError,
  data,
  layers,
  losses,
  memory,
  optimizers,
  sequential,
  setMemoryLimit,
  synchronize,
} from '../../lib/index.js';
import { fit } from '../../lib/training/index.js';
import { noise } from '../support/tensors.js';

/** What is done wrong, how, the class of the error, and what its message says of what was given and what was expected. */
export type BadInput = readonly [
  what: string,
  run: () => unknown,
  kind: abstract new (...args: never[]) => ConvgradError,
  message: string | RegExp,
];

/** What differs from run to run, or from one Node to another: folders that tests make, hashes, what JSON.parse says. */
const variable = /[^\s'"]*convgrad-\w+(\/run-\w+)?|\b[0-9a-f]{64}\b|(?<=not valid JSON: ).*/g;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Native buffers that are in use once garbage has been collected. */
export async function liveBuffers(): Promise<number> {
  for (let round = 0; round < 4; round++) {
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await synchronize();
  return memory().liveBuffers;
}

/** What `run` throws or rejects with. */
export async function failureOf(run: () => unknown): Promise<unknown> {
  let result: unknown;
  try {
    result = await run();
  } catch (error) {
    return error;
  }
  throw new Error(`accepted, with ${String(result)}`);
}

export function smallNet(seed = 1) {
  return sequential({
    inputShape: [6, 6, 1],
    layers: [
      layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu' }),
      layers.batchNorm(),
      layers.maxPool2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dropout({ rate: 0.1 }),
      layers.dense({ units: 3 }),
    ],
    seed,
  });
}

/** `count` images of noise with labels below `classes`. */
export function samples(count = 12, classes = 3) {
  const labels = Int32Array.from({ length: count }, (_, i) => i % classes);
  return data.fromArrays({ images: Float32Array.from(noise(36 * count)), imageShape: [6, 6, 1], labels });
}

/** Trains a new network a few steps; the loss must be finite and fall. */
export async function trainsOn(): Promise<void> {
  using model = smallNet();
  using optimizer = optimizers.adam({ learningRate: 0.02 });
  const { epochs } = await fit(model, samples().batch(12), { epochs: 12, optimizer, loss: losses.softmaxCrossEntropy });
  const [first, last] = [epochs[0]?.train.loss, epochs.at(-1)?.train.loss] as [number, number];
  expect(first).toBeLessThan(10);
  expect(last).toBeLessThan(first);
}

/**
 * One test per case; then nothing may be left in memory, and training must go on. What the errors say is kept in
 * messages/tables: `npx vitest run test/robustness -u` writes it anew.
 */
export function refuses(group: string, cases: readonly BadInput[]): void {
  describe(group, () => {
    const said: string[] = [];
    let before: number;
    beforeAll(async () => {
      await trainsOn();
      before = await liveBuffers();
    });
    afterAll(() => setMemoryLimit(0));

    it.each(cases)('%s', async (what, run, kind, message) => {
      const error = await failureOf(run);
      said.push(`${what} → ${kind.name}: ${(error as Error).message.replaceAll(variable, '…')}`);
      expect(error).toBeInstanceOf(kind);
      expect(error).toHaveProperty('name', kind.name);
      expect((error as Error).message).toEqual(
        typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message),
      );
    });

    it('the messages are those that were read', async () => {
      await expect(`${said.join('\n')}\n`).toMatchFileSnapshot(`messages/tables/${group.replace(/\W+/g, '_')}.txt`);
    });

    it('leave nothing in memory, and training goes on', async () => {
      expect(await liveBuffers()).toBe(before);
      await trainsOn();
      expect(await liveBuffers()).toBe(before);
    });
  });
}
