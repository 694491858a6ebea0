/** `npm run bench:train`: samples per second of whole training steps, and the memory they take. */
import { calibrate, median, repetitions } from './measure.js';
import { type NetworkCase, networkCases, TrainingWorkload } from './networks.js';
import { type BenchOptions, type Command, chosenCases, runBenchmark } from './options.js';
import { inOwnProcesses } from './processes.js';
import { type Column, peakRssMb, rounded, startReport, warnWhenBusy } from './report.js';

interface Row {
  readonly case: string;
  readonly dtype: string;
  /** Median of the repetitions. */
  readonly samplesPerSecond: number;
  /** The most memory the process has held. */
  readonly peakRssMb: number;
}

const columns: readonly Column<Row>[] = [
  { heading: 'case', width: 12, cell: (row) => row.case },
  { heading: 'samples/s', width: 9, cell: (row) => row.samplesPerSecond.toFixed(0) },
  { heading: 'peak RSS, MB', width: 12, cell: (row) => row.peakRssMb.toFixed(0) },
];

async function measure(of: NetworkCase, { dtype, seconds }: BenchOptions): Promise<Row> {
  const workload = new TrainingWorkload(of, dtype);
  const repeat = await calibrate(workload, seconds);
  const times: number[] = [];
  for (let i = 0; i < repetitions; i++) times.push(await repeat());
  workload.dispose();
  return { case: of.name, dtype, samplesPerSecond: rounded(of.batch / median(times)), peakRssMb: peakRssMb() };
}

const command: Command = {
  description: 'npm run bench:train -- [options]: training steps of whole networks.',
  seconds: 3,
};

await runBenchmark(command, async (options) => {
  const cases = chosenCases(networkCases, options);
  warnWhenBusy();
  const report = startReport(options, columns);
  await inOwnProcesses(cases, options, (of) => measure(of, options), report.add);
});
