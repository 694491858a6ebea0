/** `npm run bench:data`: how long the training of ResNet-20 waits for images that are read, decoded, cropped and mirrored. */
import { type DataRow, measurePipeline, pipelines } from './data_pipelines.js';
import { type Command, chosenCases, runBenchmark, UsageError } from './options.js';
import { type Column, rounded, startReport, warnWhenBusy } from './report.js';

const command: Command = {
  description: 'npm run bench:data -- [options]: what reading and augmenting images costs a training of ResNet-20.',
  seconds: 30,
};

const milliseconds = (seconds: number): string => (1000 * seconds).toFixed(1);
const share = (value: number): string => `${(100 * value).toFixed(1)} %`;

const columns: readonly Column<DataRow>[] = [
  { heading: 'images from, batch', width: 18, cell: (row) => `${row.case}, ${row.batch}` },
  { heading: 'step, ms', width: 8, cell: (row) => milliseconds(row.stepSeconds) },
  { heading: 'on one batch', width: 12, cell: (row) => milliseconds(row.fixedStepSeconds) },
  { heading: 'data wait', width: 9, cell: (row) => share(row.dataWait) },
  { heading: 'fit waits', width: 9, cell: (row) => share(row.waiting) },
  { heading: 'CPU, ms: step', width: 13, cell: (row) => milliseconds(row.stepCpuSeconds) },
  { heading: 'batch', width: 6, cell: (row) => milliseconds(row.batchCpuSeconds) },
];

await runBenchmark(command, async (options) => {
  if (options.dtype !== 'float32') throw new UsageError(`--dtype: the networks here compute in float32`);
  const cases = chosenCases(pipelines, options);
  warnWhenBusy();
  const report = startReport(options, columns);
  for (const of of cases) {
    const { case: name, batch, ...figures } = await measurePipeline(of, options);
    const numbers = Object.fromEntries(Object.entries(figures).map(([key, value]) => [key, rounded(value)]));
    report.add({ case: name, batch, ...numbers } as unknown as DataRow);
  }
  report.note('data wait: the share of a step that it is longer than a step on one batch that is always there.');
});
