/** Workers that end in the middle of their work must not take the process with them. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('the process survives 25 workers that are ended at random moments, and trains meanwhile', async () => {
  const program = fileURLToPath(new URL('./programs/ended_workers.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program], { timeout: 60_000 });
  const { first, last } = JSON.parse(stdout);
  expect(last).toBeLessThan(first);
});
