/** `npm run bench`: GFLOP/s of convolutions and matrix products, beside what the arithmetic units can do at most. */
import { systemInfo } from '../lib/native.js';
import { type KernelCase, kernelCases, operations, type Pass } from './cases.js';
import { KernelWorkload } from './kernels.js';
import { calibrate, median, Peak, repetitions } from './measure.js';
import { type BenchOptions, type Command, chosenCases, chosenPasses, passOption, runBenchmark } from './options.js';
import { type Column, peakRange, percent, rounded, startReport, warnWhenBusy } from './report.js';

/** One case and pass. */
interface Row {
  readonly case: string;
  readonly pass: Pass;
  readonly dtype: string;
  readonly isa: string;
  readonly threads: number;
  /** GFLOP/s, median of the repetitions. */
  readonly gflops: number;
  /** GFLOP/s of multiply-adds in registers, median of measurements between the repetitions. */
  readonly peak: number;
  readonly fractionOfPeak: number;
}

const columns: readonly Column<Row>[] = [
  { heading: 'case', width: 27, cell: (row) => row.case },
  { heading: 'pass', width: 14, cell: (row) => row.pass },
  { heading: 'GFLOP/s', width: 7, cell: (row) => row.gflops.toFixed(1) },
  { heading: 'peak', width: 6, cell: (row) => row.peak.toFixed(1) },
  { heading: '% of peak', width: 9, cell: (row) => percent(row.fractionOfPeak) },
];

async function measure(of: KernelCase, pass: Pass, { dtype, seconds }: BenchOptions): Promise<Row> {
  const workload = new KernelWorkload(of, pass, dtype);
  const peak = new Peak(dtype);
  const repeat = await calibrate(workload, seconds);
  const rates: number[] = [];
  const peaks: number[] = [];
  for (let i = 0; i < repetitions; i++) {
    rates.push(operations(of) / (await repeat()) / 1e9);
    peaks.push(await peak.measure());
  }
  workload.dispose();
  const { isa, threads } = systemInfo();
  const [gflops, limit] = [median(rates), median(peaks)];
  return {
    case: of.name,
    pass,
    dtype,
    isa,
    threads,
    gflops: rounded(gflops),
    peak: rounded(limit),
    fractionOfPeak: rounded(gflops / limit),
  };
}

const command: Command = {
  description: 'npm run bench -- [options]: GFLOP/s of every convolution and matrix product.',
  seconds: 0.5,
  options: passOption,
};

await runBenchmark(command, async (options) => {
  const [cases, passes] = [chosenCases(kernelCases, options), chosenPasses(options)];
  warnWhenBusy();
  const report = startReport(options, columns);
  const peaks: number[] = [];
  for (const of of cases) {
    for (const pass of passes) {
      const row = await measure(of, pass, options);
      peaks.push(row.peak);
      report.add(row);
    }
  }
  report.note(peakRange(peaks));
});
