import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type DoctorReport, examine, format } from '../../lib/cli/doctor.js';
import { libc } from '../../lib/cli/machine.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** Runs the built command. */
async function convgrad(
  args: string[],
  env: Record<string, string> = {},
): Promise<{ code: number; out: string; err: string }> {
  const options = { env: { ...process.env, ...env } };
  return promisify(execFile)(process.execPath, [main, ...args], options).then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      out: error.stdout,
      err: error.stderr,
    }),
  );
}

describe('convgrad doctor', () => {
  it('reports the machine, the binary and what it uses', async () => {
    const report = await examine();
    expect(report.problem).toBeUndefined();
    expect(report.binary).toMatch(/\.node$/);
    expect(report.system?.threads).toBeGreaterThanOrEqual(1);
    expect(report.libc.name).toBe(process.platform === 'linux' ? libc().name : 'none');
    for (const label of ['node', 'libc', 'binary', 'instructions', 'bfloat16', 'threads', 'data caches', 'affinity'])
      expect(format(report)).toMatch(new RegExp(`^${label} +\\S`, 'm'));
  });

  it('prints one line of JSON', async () => {
    const { code, out } = await convgrad(['doctor', '--json'], { CONVGRAD_ISA: 'scalar', CONVGRAD_THREADS: '1' });
    const report = JSON.parse(out) as DoctorReport;
    expect(code).toBe(0);
    expect(report.settings).toEqual({ isa: 'scalar', threads: '1' });
    expect(report.system).toMatchObject({ isa: process.arch === 'arm64' ? 'neon' : 'scalar', threads: 1 });
  });

  it('says why convgrad does not load, with exit code 1', async () => {
    const { code, out } = await convgrad(['doctor'], { PREBUILDS_ONLY: '1', LIBC: 'unknown' });
    expect(code).toBe(1);
    expect(out).toMatch(/^binary +none$/m);
    expect(out).toContain('npx convgrad build');
  });

  it('names a wrong setting', async () => {
    const { code, out } = await convgrad(['doctor', '--json'], { CONVGRAD_THREADS: 'many' });
    expect(code).toBe(1);
    expect((JSON.parse(out) as DoctorReport).problem).toContain('CONVGRAD_THREADS');
  });
});

describe('the convgrad command', () => {
  it('prints its usage', async () => {
    expect((await convgrad([])).out).toContain('convgrad <command>');
  });

  it('rejects an unknown command and an unknown option', async () => {
    expect(await convgrad(['toString'])).toMatchObject({ code: 2, err: expect.stringContaining('"toString"') });
    expect(await convgrad(['doctor', '--fast'])).toMatchObject({ code: 1, err: expect.stringContaining('--fast') });
  });
});
