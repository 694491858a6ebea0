/** `npm run bench`: GFLOP/s of convolutions, poolings and matrix products, beside what the machine can do at most. */
import { kernelColumns, kernelRow } from './kernel_rows.js';
import { algorithmOption, type Command, chosenWork, passOption, runBenchmark } from './options.js';
import { peakRange, startReport, warnWhenBusy } from './report.js';

const command: Command = {
  description: 'npm run bench -- [options]: GFLOP/s of every convolution, pooling and matrix product.',
  seconds: 0.5,
  options: { ...passOption, ...algorithmOption },
};

await runBenchmark(command, async (options) => {
  const work = chosenWork(options);
  warnWhenBusy();
  const report = startReport(options, kernelColumns);
  const peaks: number[] = [];
  for (const [of, pass] of work) {
    const row = await kernelRow(of, pass, options);
    peaks.push(row.peak);
    report.add(row);
  }
  report.note(peakRange(peaks));
});
