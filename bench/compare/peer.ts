/** PyTorch as a child process that runs one thing at a time, when it is told to. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Workload } from '../workload.js';

const program = fileURLToPath(new URL('torch_peer.py', import.meta.url));

/** OpenMP's threads go on spinning after the last loop; this long after an answer they have stopped. */
const settleMilliseconds = 20;

interface Hello {
  readonly version: string;
  readonly onednn: string | null;
  readonly blas: string;
}

interface Answer {
  readonly error?: string;
  readonly seconds?: number;
  readonly peakRssMb?: number;
}

export interface PeerOptions {
  readonly threads: number;
  /** The interpreter, by default /usr/bin/python3. */
  readonly python?: string | undefined;
  /** A library to preload into the peer only, such as an allocator. */
  readonly preload?: string | undefined;
}

export class PeerError extends Error {}

/** A running peer. */
export class Peer {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #lines: AsyncIterator<string>;
  readonly #preload: string | undefined;
  #complaints = '';
  #hello: Hello = { version: '', onednn: null, blas: '' };
  /** What the process has held at most so far, in MB. */
  peakRssMb = 0;

  private constructor({ threads, python = '/usr/bin/python3', preload }: PeerOptions) {
    this.#preload = preload;
    const environment = preload === undefined ? {} : { LD_PRELOAD: preload };
    this.#child = spawn(python, [program, `${threads}`], { env: { ...process.env, ...environment }, stdio: 'pipe' });
    this.#child.stdin.on('error', () => {}); // a dead process is noticed by its missing answer
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaints += text;
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Starts the peer. @throws PeerError where Python or PyTorch is missing */
  static async start(options: PeerOptions): Promise<Peer> {
    const peer = new Peer(options);
    const failed = once(peer.#child, 'error').then(([error]) => {
      throw new PeerError((error as Error).message);
    });
    failed.catch(() => {}); // it may come after the missing answer
    peer.#hello = (await Promise.race([peer.#answer(), failed])) as Hello;
    return peer;
  }

  /** `pytorch-1.13.1`. */
  get name(): string {
    return `pytorch-${this.#hello.version.split('+')[0]}`;
  }

  get description(): string {
    const { onednn, blas } = this.#hello;
    const preloaded = this.#preload === undefined ? '' : `, ${path.basename(this.#preload)}`;
    return `${this.name} (oneDNN ${onednn ?? 'none'}, BLAS ${path.basename(blas)}${preloaded})`;
  }

  /** Whether matrix products go to Debian's unoptimised reference BLAS, which is no peer. */
  get hasReferenceBlas(): boolean {
    return /\/blas\/libblas\.so/.test(this.#hello.blas);
  }

  /** Makes the peer ready for a case: `{ do: 'prepare' | 'train', … }`. @throws PeerError if it cannot run it */
  async prepare(request: object): Promise<Workload> {
    await this.#ask(request);
    return { run: (calls) => this.#run(calls), dispose: () => {} };
  }

  async #run(calls: number): Promise<number> {
    const { seconds = Number.NaN, peakRssMb = 0 } = await this.#ask({ do: 'run', calls });
    this.peakRssMb = peakRssMb;
    return seconds;
  }

  /** Waits until the peer's threads rest. */
  async settle(): Promise<void> {
    await sleep(settleMilliseconds);
  }

  stop(): void {
    this.#child.kill();
  }

  async #ask(request: object): Promise<Answer> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const answer = (await this.#answer()) as Answer;
    if (answer.error !== undefined) throw new PeerError(answer.error);
    return answer;
  }

  async #answer(): Promise<object> {
    const { value, done } = await this.#lines.next();
    if (done) throw new PeerError(this.#complaints.trim().split('\n').at(-1) || 'the process ended');
    try {
      return JSON.parse(value) as object;
    } catch {
      throw new PeerError(`unexpected output: ${value}`);
    }
  }
}
