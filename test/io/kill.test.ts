/** A training that is killed again and again ends like one that is left alone. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { beforeAll, expect, it } from 'vitest';
import { adam } from '../../lib/optimizers/index.js';
import { Random } from '../../lib/tensor/random.js';
import { weightsOf } from '../training/support.js';
import { smallNet, train } from './support.js';

const KILLS = 20;
const EPOCHS = 30;
const source = fileURLToPath(new URL('./killed_training.ts', import.meta.url));
// One file starts five times as fast as a hundred; it looks for the addon from the folder above its own, the package's root.
const program = fileURLToPath(new URL('../../build/killed_training.mjs', import.meta.url));
beforeAll(async () => {
  await build({ entryPoints: [source], outfile: program, bundle: true, platform: 'node', format: 'esm' });
});

/** Runs the training until it ends, or for `milliseconds` of training. Returns the step it began at, and whether it was killed. */
async function runFor(directory: string, milliseconds: number): Promise<{ from: number; killed: boolean }> {
  const child = spawn(process.execPath, [program, directory, '3', String(EPOCHS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  const [begun] = (await once(child.stdout, 'data')) as [Buffer];
  await Promise.race([exit, setTimeout(milliseconds, undefined, { ref: false })]);
  child.kill('SIGKILL');
  const [code, signal] = (await exit) as [number | null, string | null];
  expect(signal === 'SIGKILL' || code === 0).toBe(true);
  return { from: Number(/from (\d+)/.exec(begun.toString())?.[1]), killed: signal === 'SIGKILL' };
}

it(`survives ${KILLS} kills at random moments with the same weights, bit by bit`, { timeout: 120_000 }, async () => {
  const uninterrupted = smallNet();
  await train(uninterrupted, { epochs: EPOCHS, optimizer: adam({ learningRate: 0.002 }) });
  const expected = await weightsOf(uninterrupted);

  const seed = Date.now() % 1_000_000;
  const random = new Random(seed);
  let kills = 0;
  let resumed = 0;
  while (kills < KILLS) {
    const directory = await mkdtemp(path.join(tmpdir(), 'convgrad-'));
    for (let finished = false, last = 0; !finished; ) {
      const { from, killed } = await runFor(directory, kills < KILLS ? 200 * random.uniform() : 60_000);
      expect(from, `seed ${seed}`).toBeGreaterThanOrEqual(last);
      last = from;
      resumed += from > 0 ? 1 : 0;
      kills += killed ? 1 : 0;
      finished = !killed;
    }
    expect(JSON.parse(await readFile(path.join(directory, 'weights.json'), 'utf8')), `seed ${seed}`).toEqual(expected);
    await rm(directory, { recursive: true });
  }
  expect(resumed).toBeGreaterThan(KILLS / 4);
});
