import { describe, expect, it } from 'vitest';
import type { TrainingState } from '../../lib/training/callback.js';
import { ProgressLine } from '../../lib/training/progress_line.js';

function terminal(columns: number, colors = false) {
  const written: string[] = [];
  return { written, columns, write: (text: string) => void written.push(text), hasColors: () => colors };
}

const state = (batch: number, more = {}): TrainingState =>
  ({
    epoch: 1,
    epochs: 3,
    batch,
    batchesPerEpoch: 100,
    scores: { loss: 0.08123, accuracy: 0.97534 },
    ...more,
  }) as unknown as TrainingState;
const record = (step: number) => ({ step, epoch: 1, loss: 0, learningRate: 0.1, samples: 64 });

describe('the progress line', () => {
  it('shows position, scores, speed and time left on one line', () => {
    let time = 0;
    const { written, ...screen } = terminal(100);
    const line = new ProgressLine(screen, () => time);
    line.onTrainBegin(state(0));
    time = 4000;
    line.onStepEnd(record(52), state(52));
    expect(written).toEqual([
      '\r\x1b[2Kepoch 2/3 ━━━━━━━━━━            52%  loss 0.0812  accuracy 0.9753  16 images/s  ETA 0:11',
    ]);
  });

  it('is drawn ten times a second at most', () => {
    let time = 0;
    const { written, ...screen } = terminal(100);
    const line = new ProgressLine(screen, () => time);
    line.onTrainBegin(state(0));
    for (time = 0; time < 1000; time += 10) line.onStepEnd(record(1), state(time / 10 + 1));
    expect(written).toHaveLength(10);
  });

  it('never wraps: the bar goes first, then the end', () => {
    for (const [columns, expected] of [
      [60, 'epoch 2/3 52%  loss 0.0812  accuracy 0.9753  64 images/s  E'],
      [20, 'epoch 2/3 52%  loss'],
    ] as const) {
      let time = 0;
      const { written, ...screen } = terminal(columns);
      const line = new ProgressLine(screen, () => time);
      line.onTrainBegin(state(0));
      time = 1000;
      line.onStepEnd(record(52), state(52));
      expect(written[0]?.replace('\r\x1b[2K', '')).toBe(expected);
    }
  });

  it('leaves one line per epoch', () => {
    const { written, ...screen } = terminal(80);
    const validation = { loss: 0.0502, accuracy: 0.98412 };
    const epoch = {
      epoch: 1,
      step: 200,
      train: { loss: 0.0731, accuracy: 0.9778 },
      validation,
      learningRate: 0.1,
      seconds: 2.54,
      imagesPerSecond: 24512.3,
    };
    new ProgressLine(screen).onEpochEnd(epoch, state(100));
    expect(written).toEqual([
      '\r\x1b[2Kepoch 2/3  loss 0.0731  accuracy 0.9778  validation loss 0.0502  accuracy 0.9841  24,512 images/s  2.5 s\n',
    ]);
  });

  it('does without a bar and ETA where the dataset does not know its length', () => {
    let time = 0;
    const { written, ...screen } = terminal(100);
    const line = new ProgressLine(screen, () => time);
    line.onTrainBegin(state(0, { batchesPerEpoch: undefined }));
    time = 1000;
    line.onStepEnd(record(7), state(7, { batchesPerEpoch: undefined }));
    expect(written).toEqual(['\r\x1b[2Kepoch 2/3 batch 7  loss 0.0812  accuracy 0.9753  64 images/s']);
  });
});
