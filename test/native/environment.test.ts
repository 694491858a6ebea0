// The native side as part of a Node process: workers, exits in the middle of work, idleness, environment variables.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

interface Outcome {
  readonly code: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of `programs/` with the built package. */
async function run(program: string, args: string[] = [], env: Record<string, string> = {}): Promise<Outcome> {
  const file = fileURLToPath(new URL(`programs/${program}.mjs`, import.meta.url));
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [file, ...args], {
      env: { ...process.env, ...env },
      timeout: 60_000,
    });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const {
      code = null,
      signal,
      stdout,
      stderr,
    } = error as { code?: number; signal?: string; stdout: string; stderr: string };
    return { code: signal ?? code, stdout, stderr };
  }
}

describe('the native environment', () => {
  it('ends cleanly when the process exits in the middle of its work', async () => {
    expect((await run('exit_while_busy', ['exit'])).code).toBe(7);
    const thrown = await run('exit_while_busy', ['throw']);
    expect(thrown.code).toBe(1);
    expect(thrown.stderr).toContain('on purpose');
  });

  it('serves workers at once, and survives the termination of a busy one', async () => {
    const { code, stdout } = await run('workers');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ a: 20 * 64, b: 20 * 64, own: [3, 3] });
  });

  it('burns no processor time while idle', async () => {
    const { stdout } = await run('idle');
    expect(JSON.parse(stdout).milliseconds).toBeLessThan(50);
  });

  it('reads CONVGRAD_THREADS and CONVGRAD_ISA, and says what is wrong with them', async () => {
    expect(JSON.parse((await run('threads', [], { CONVGRAD_THREADS: '3' })).stdout).threads).toBe(3);
    expect((await run('threads', [], { CONVGRAD_THREADS: 'many' })).stderr).toContain(
      'CONVGRAD_THREADS: expected an integer from 1 to 256, but received "many"',
    );
    expect((await run('threads', [], { CONVGRAD_ISA: 'sse9' })).stderr).toContain(
      'CONVGRAD_ISA must be one of scalar, avx2, avx512, avx512_bf16, amx, neon: received "sse9"',
    );
  });

  it.runIf(process.arch === 'x64')('computes with a narrower instruction set when told to', async () => {
    expect(JSON.parse((await run('threads', [], { CONVGRAD_ISA: 'scalar' })).stdout).isa).toBe('scalar');
  });
});
