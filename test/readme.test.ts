// The programs of README.md compile, and do what they say: the first on a handful of digits, the second on a folder of images.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { afterAll, expect, it, vi } from 'vitest';
import { encodeIdx, encodePng } from '../lib/formats/index.js';
import { decodePng } from '../lib/formats/png_decode.js';
import * as lib from '../lib/index.js';
import { Random } from '../lib/tensor/random.js';
import { compile, root } from './support/compile.js';

const folder = mkdtempSync(join(tmpdir(), 'convgrad-readme-'));
afterAll(() => rmSync(folder, { recursive: true }));

const readme = readFileSync(resolve(root, 'README.md'), 'utf8');
const [digits = '', images = ''] = Array.from(readme.matchAll(/^```ts\n([\s\S]*?)^```/gm), ([, source = '']) => source);

/** Runs a program with its paths in the test's folder. */
async function run(source: string, writeFile: (path: string, bytes: Uint8Array) => Promise<void>): Promise<void> {
  const { outputText } = ts.transpileModule(source, { compilerOptions: { target: ts.ScriptTarget.ES2022 } });
  const program = outputText
    .replace(/^import \{ (.*) \} from 'convgrad';$/m, 'const { $1 } = lib;')
    .replace(/^import \{ writeFile \} .*$/m, '')
    .replace(/'(photos|train-[\w.-]+)'/g, (_, name: string) => JSON.stringify(join(folder, name)));
  const AsyncFunction = run.constructor as new (...source: string[]) => (...args: unknown[]) => Promise<void>;
  await new AsyncFunction('lib', 'writeFile', program)(lib, writeFile);
}

it('compile', () => {
  const index = resolve(root, 'lib/index.js').replaceAll('\\', '/');
  const files = new Map(
    [digits, images].map((source, i) => [
      resolve(root, `test/readme_${i}.ts`),
      source.replace("'convgrad'", JSON.stringify(index)),
    ]),
  );
  const program = compile(files);
  for (const file of files.keys()) {
    const source = program.getSourceFile(file);
    const diagnostics = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    expect(diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))).toEqual([]);
  }
});

it('the first trains on digits', async () => {
  const pixels = Uint8Array.from({ length: 100 * 784 }, (_, at) => (at * 37) % 256);
  writeFileSync(join(folder, 'train-images-idx3-ubyte.gz'), encodeIdx(pixels, [100, 28, 28]));
  const labels = Uint8Array.from({ length: 100 }, (_, n) => n % 10);
  writeFileSync(join(folder, 'train-labels-idx1-ubyte.gz'), encodeIdx(labels, [100]));
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  await run(digits, async () => {});
  expect(log.mock.lastCall?.[0]).toMatchObject({ loss: expect.any(Number), accuracy: expect.any(Number) });
  log.mockRestore();
});

it("the second learns a user's images in fewer than twenty lines, and shows where it sees a class", async () => {
  expect(images.split('\n').filter((line) => line.trim() !== '').length).toBeLessThan(20);
  // A square on grey, of one colour or the other, anywhere
  const random = new Random(1);
  const squares = new Map<number, { top: number; left: number; name: string }>();
  for (const [c, name] of ['blue', 'red'].entries()) {
    mkdirSync(join(folder, 'photos', name), { recursive: true });
    for (let i = 0; i < 20; i++) {
      const [top, left] = [random.integer(40), random.integer(40)];
      const data = Uint8Array.from({ length: 64 * 64 * 3 }, (_, at) => {
        const [row, column] = [Math.floor(at / 192), Math.floor(at / 3) % 64];
        const inside = row >= top && row < top + 24 && column >= left && column < left + 24;
        return inside && at % 3 === 2 - 2 * c ? 230 : 60 + random.integer(60);
      });
      const png = encodePng({ width: 64, height: 64, channels: 3, data });
      writeFileSync(join(folder, 'photos', name, `${String(i).padStart(2, '0')}.png`), png);
      squares.set(20 * c + i, { top, left, name });
    }
  }
  const brighter: number[] = [];
  const written: string[] = [];
  await run(images, async (path, bytes) => {
    const [, name, index] = /^(\w+)-(\d+)\.png$/.exec(path) as unknown as [string, string, string];
    const square = squares.get(Number(index)) as { top: number; left: number; name: string };
    written.push(path);
    expect(name).toBe(square.name);
    const { data, width, height } = await decodePng(bytes);
    expect([width, height]).toEqual([64, 64]);
    const mean = { inside: 0, outside: 0 };
    for (let at = 1; at < data.length; at += 3) {
      const [row, column] = [Math.floor(at / 192), Math.floor(at / 3) % 64];
      const inside = row >= square.top && row < square.top + 24 && column >= square.left && column < square.left + 24;
      if (inside) mean.inside += (data[at] as number) / 576;
      else mean.outside += (data[at] as number) / (4096 - 576);
    }
    brighter.push(mean.inside - mean.outside); // green rises from end to end of the colour map
  });
  expect(written).toHaveLength(8);
  expect(Math.min(...brighter)).toBeGreaterThan(20);
});
