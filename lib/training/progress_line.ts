// One line of a terminal, redrawn while training runs, and one line that stays per epoch:
//
//   epoch 2/3 ━━━━━━━━━━━━━━━━━━━━  52%  loss 0.0812  accuracy 0.9753  24,310 images/s  ETA 0:07
//   epoch 2/3  loss 0.0731  accuracy 0.9778  validation loss 0.0502  accuracy 0.9841  24,512 images/s  2.5 s
import { styleText } from 'node:util';
import type { Callback, StepRecord, TrainingState } from './callback.js';
import type { EpochRecord, Scores } from './history.js';

/** What is needed of a terminal. */
export interface Terminal {
  write(text: string): unknown;
  readonly columns?: number;
  hasColors?(): boolean;
}

const INTERVAL = 100; // milliseconds between two drawings
const BAR = 20; // characters
const CLEAR = '\r\x1b[2K';

/** The callback that `fit` adds where standard error is a terminal. */
export class ProgressLine implements Callback {
  readonly #terminal: Terminal;
  readonly #now: () => number;
  #began = 0;
  #drawn = Number.NEGATIVE_INFINITY;
  #batchesBefore = 0; // those of a resumed run
  #samples = 0;

  constructor(terminal: Terminal, now: () => number = () => performance.now()) {
    this.#terminal = terminal;
    this.#now = now;
  }

  onTrainBegin(state: TrainingState): void {
    this.#began = this.#now();
    this.#batchesBefore = batchesDone(state);
  }

  onStepEnd({ samples }: StepRecord, state: TrainingState): void {
    this.#samples += samples;
    if (this.#now() - this.#drawn < INTERVAL) return;
    this.#drawn = this.#now();
    this.#terminal.write(CLEAR + this.#line(state));
  }

  onEpochEnd(record: EpochRecord, { epochs }: TrainingState): void {
    const { epoch, train, validation, imagesPerSecond, seconds } = record;
    const parts = [`epoch ${epoch + 1}/${epochs}`, ...scores(train)];
    if (validation)
      parts.push(...scores(validation).map((score, index) => (index === 0 ? `validation ${score}` : score)));
    parts.push(speed(imagesPerSecond), `${seconds.toFixed(1)} s`);
    this.#terminal.write(`${CLEAR}${parts.join('  ')}\n`);
  }

  onTrainEnd(): void {
    this.#terminal.write(CLEAR);
  }

  onError(): void {
    this.#terminal.write(CLEAR);
  }

  #line(state: TrainingState): string {
    const { epoch, epochs, batch, batchesPerEpoch } = state;
    const seconds = (this.#now() - this.#began) / 1000;
    const parts = [...(state.scores ? scores(state.scores) : []), speed(this.#samples / seconds)];
    if (batchesPerEpoch !== undefined) {
      const done = batchesDone(state);
      const left = (seconds / (done - this.#batchesBefore)) * (epochs * batchesPerEpoch - done);
      parts.push(`ETA ${clock(left)}`);
    }
    const share = batchesPerEpoch === undefined ? undefined : batch / batchesPerEpoch;
    const columns = (this.#terminal.columns ?? 80) - 1;
    const head = `epoch ${epoch + 1}/${epochs} `;
    const tail = `${share === undefined ? ` batch ${batch}` : `${Math.floor(100 * share)}%`.padStart(5)}  ${parts.join('  ')}`;
    const room = columns - head.length - tail.length;
    // Where the terminal is narrow, first the bar goes, then the end of the line.
    if (share === undefined || room < BAR) return (head + tail.trimStart()).slice(0, columns);
    return head + this.#bar(share) + tail;
  }

  #bar(share: number): string {
    const done = Math.floor(share * BAR);
    const rest = '━'.repeat(BAR - done);
    if (this.#terminal.hasColors?.() !== true) return '━'.repeat(done) + ' '.repeat(BAR - done);
    return styleText('green', '━'.repeat(done)) + styleText('dim', rest);
  }
}

function batchesDone({ epoch, batch, batchesPerEpoch }: TrainingState): number {
  return epoch * (batchesPerEpoch ?? 0) + batch;
}

/** `loss 0.0812`, `accuracy 0.9753` … */
function scores(values: Scores): string[] {
  return Object.entries(values).map(([name, value]) => `${name} ${formatScore(value)}`);
}

function formatScore(value: number): string {
  return value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e4) ? value.toExponential(2) : value.toFixed(4);
}

function speed(imagesPerSecond: number): string {
  const digits = imagesPerSecond < 10 ? 1 : 0;
  return `${imagesPerSecond.toLocaleString('en-US', { maximumFractionDigits: digits })} images/s`;
}

/** `1:02:03`, or `2:03` below an hour. */
function clock(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const padded = (value: number) => String(value).padStart(2, '0');
  return `${hours > 0 ? `${hours}:${padded(minutes)}` : minutes}:${padded(whole % 60)}`;
}
