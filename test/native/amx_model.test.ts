// Products on AMX tiles, for machines without them: the same kernels run on a model of the tiles, in programs compiled here,
// and compare their results with plain loops. (spills.test.ts looks up the addon's own in its machine code.)
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { systemInfo } from '../../lib/native.js';

const compiler = [process.env.CXX, 'c++', 'g++', 'clang++'].find(
  (name) => name !== undefined && spawnSync(name, ['--version']).status === 0,
);
if (compiler === undefined) console.warn('products on tiles are not run on a model: there is no C++ compiler');

const native = fileURLToPath(new URL('../../native', import.meta.url));
const programs = fileURLToPath(new URL('programs', import.meta.url));

describe.skipIf(compiler === undefined)('products on a model of AMX tiles', () => {
  const folder = mkdtempSync(join(tmpdir(), 'convgrad-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const { isa } = systemInfo();
  const flags = ['-std=c++20', '-O2', '-ffp-contract=fast', '-Wno-psabi'];
  const pass = `-DMODEL_ISA=${isa === 'amx' ? 'avx512_bf16' : isa}`;
  const includes = [`-I${join(programs, 'serial')}`, `-I${native}`, `-I${programs}`];

  it.each([
    ['amx_products', '520 products'],
    ['amx_convolutions', '16 layers'],
  ])('%s: equal to plain loops', { timeout: 120_000 }, async (program, all) => {
    const binary = join(folder, program);
    await promisify(execFile)(compiler as string, [
      ...flags,
      pass,
      ...includes,
      join(programs, `${program}.cpp`),
      '-o',
      binary,
    ]);
    const { stdout } = spawnSync(binary, { encoding: 'utf8' });
    expect(stdout.trim()).toBe(all);
  });
});
