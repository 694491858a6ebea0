/** Another library as a child process that runs one thing at a time, when it is told to: a JSON object per line, each way. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Workload } from '../workload.js';

/** Threads of a peer go on spinning after the last loop; this long after an answer they have stopped. */
const settleMilliseconds = 60;

/** What a peer says first. */
interface Hello {
  /** `pytorch-1.13.1` */
  readonly name: string;
  /** What it is made of, for the title: `oneDNN 2.6.3`. */
  readonly about: string;
}

interface Answer {
  /** Why it cannot do that, although nothing is wrong. */
  readonly unsupported?: string;
  readonly error?: string;
  readonly seconds?: number;
  readonly peakRssMb?: number;
}

/** How a peer is started. */
export interface PeerProgram {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** The peer is missing or failed. */
export class PeerError extends Error {}

/** The peer has no such operation. */
export class Unsupported extends PeerError {}

/** A running peer. */
export class Peer {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #lines: AsyncIterator<string>;
  #complaints = '';
  #hello: Hello = { name: '', about: '' };
  /** What the process has held at most so far, in MB. */
  peakRssMb = 0;

  private constructor({ command, args, environment }: PeerProgram) {
    this.#child = spawn(command, args, { env: { ...process.env, ...environment }, stdio: 'pipe' });
    this.#child.stdin.on('error', () => {}); // a dead process is noticed by its missing answer
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaints += text;
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Starts the peer. @throws PeerError where it is missing */
  static async start(program: PeerProgram): Promise<Peer> {
    const peer = new Peer(program);
    const failed = once(peer.#child, 'error').then(([error]) => {
      throw new PeerError((error as Error).message);
    });
    failed.catch(() => {}); // it may come after the missing answer
    const hello = (await Promise.race([peer.#answer(), failed])) as Hello & Answer;
    if (hello.error !== undefined) throw new PeerError(hello.error);
    peer.#hello = hello;
    return peer;
  }

  get name(): string {
    return this.#hello.name;
  }

  get description(): string {
    const { name, about } = this.#hello;
    return about === '' ? name : `${name} (${about})`;
  }

  /** Makes the peer ready for a case: `{ do: 'kernel' | 'network', … }`. @throws Unsupported, PeerError if it cannot run it */
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
    if (answer.unsupported !== undefined) throw new Unsupported(answer.unsupported);
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
