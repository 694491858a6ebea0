// The snippets of docs/visualization.md run, one after the other, as they stand.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as lib from '../../lib/index.js';

const page = readFileSync(new URL('../../docs/visualization.md', import.meta.url), 'utf8');
const AsyncFunction = (async () => undefined).constructor as new (
  ...source: string[]
) => (...args: unknown[]) => Promise<void>;

it('docs/visualization.md: the snippets run', async () => {
  const snippets = [...page.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, source = '']) => source);
  const program = snippets
    .join('\n')
    .replace(/^import \{ (.*) \} from 'convgrad';$/gm, 'const { $1 } = lib;')
    .replace(/^import \{ writeFile \} from 'node:fs\/promises';$/m, '');
  const written: string[] = [];
  const writeFile = async (file: string, bytes: Uint8Array) => {
    expect(Buffer.from(bytes).subarray(1, 4).toString()).toBe('PNG');
    written.push(file);
  };
  await new AsyncFunction('lib', 'writeFile', program)(lib, writeFile);
  expect(written).toEqual(['saliency.png', 'grad_cam.png', 'row.png', 'class_3.png']);
});
