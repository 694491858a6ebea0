// A PyTorch process that answers random cases: scripts/oracle/oracle.py serve.
import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { type OracleCase, readCases } from './cases.js';

const script = fileURLToPath(new URL('../../scripts/oracle/oracle.py', import.meta.url));
const environment = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };

/** Debian's Python first; another with CONVGRAD_PYTHON. */
export const python = process.env.CONVGRAD_PYTHON ?? '/usr/bin/python3';

/** PyTorch's version, or undefined where there is none. */
export function torchVersion(): string | undefined {
  const { status, stdout } = spawnSync(python, ['-c', 'import torch; print(torch.__version__)'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** Asks for cases, one request at a time. */
export class Torch {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #chunks: AsyncIterator<Buffer>;
  #received: Buffer = Buffer.alloc(0);

  constructor() {
    this.#process = spawn(python, [script, 'serve'], { stdio: ['pipe', 'pipe', 'inherit'], env: environment });
    this.#chunks = this.#process.stdout[Symbol.asyncIterator]();
  }

  /** Cases first … first + count − 1 of a seed. */
  async cases(seed: number, first: number, count: number): Promise<OracleCase[]> {
    this.#process.stdin.write(`${seed} ${first} ${count}\n`);
    const length = Number((await this.#read(8)).readBigUInt64LE());
    return readCases(await this.#read(length), `seed ${seed}`);
  }

  close(): void {
    this.#process.stdin.end();
  }

  async #read(length: number): Promise<Buffer> {
    const chunks = [this.#received];
    let have = this.#received.length;
    while (have < length) {
      const { value, done } = await this.#chunks.next();
      if (done) throw new Error(`${script} ended early`);
      chunks.push(value);
      have += value.length;
    }
    const all = Buffer.concat(chunks);
    this.#received = all.subarray(length);
    return Buffer.from(all.subarray(0, length));
  }
}
