/** `npm run bench:compare`: the same convolutions and matrix products in PyTorch and here, in turn, in one run. */
import { systemInfo } from '../../lib/native.js';
import { type KernelCase, kernelCases, operations, type Pass } from '../cases.js';
import { KernelWorkload } from '../kernels.js';
import { calibrate, geometricMean, median, Peak, repetitions } from '../measure.js';
import { type BenchOptions, type Command, chosenCases, chosenPasses, passOption, runBenchmark } from '../options.js';
import { type Column, machine, peakRange, percent, rounded, startReport, warnWhenBusy } from '../report.js';
import { peerOptions, withPeer } from './options.js';
import type { Peer } from './peer.js';
import { pairs } from './turns.js';

/** One case and pass; rates in GFLOP/s, medians of the repetitions. */
interface Row {
  readonly case: string;
  readonly pass: Pass;
  readonly dtype: string;
  readonly isa: string;
  readonly threads: number;
  readonly gflops: number;
  readonly peer: string;
  readonly peerGflops: number;
  /** Median of the ratios of neighbouring repetitions: above 1 we are faster. */
  readonly ratio: number;
  readonly peak: number;
  readonly fractionOfPeak: number;
}

const columns: readonly Column<Row>[] = [
  { heading: 'case', width: 27, cell: (row) => row.case },
  { heading: 'pass', width: 14, cell: (row) => row.pass },
  { heading: 'convgrad', width: 8, cell: (row) => row.gflops.toFixed(1) },
  { heading: 'PyTorch', width: 8, cell: (row) => row.peerGflops.toFixed(1) },
  { heading: 'ratio', width: 6, cell: (row) => `${row.ratio.toFixed(2)}×` },
  { heading: '% of peak', width: 9, cell: (row) => percent(row.fractionOfPeak) },
];

async function measure(of: KernelCase, pass: Pass, peer: Peer, { dtype, seconds }: BenchOptions): Promise<Row> {
  const workload = new KernelWorkload(of, pass, dtype);
  const theirs = await peer.prepare({ do: 'prepare', case: of, pass, dtype });
  const peak = new Peak(dtype);
  const peaks: number[] = [];
  const sides = [await calibrate(workload, seconds), await calibrate(theirs, seconds)] as const;
  const times = await pairs(...sides, repetitions, peer, async () => {
    peaks.push(await peak.measure());
  });
  workload.dispose();
  const { isa, threads } = systemInfo();
  const rate = (side: 'ours' | 'theirs'): number => operations(of) / median(times.map((pair) => pair[side])) / 1e9;
  const [gflops, limit] = [rate('ours'), median(peaks)];
  return {
    case: of.name,
    pass,
    dtype,
    isa,
    threads,
    gflops: rounded(gflops),
    peer: peer.name,
    peerGflops: rounded(rate('theirs')),
    ratio: rounded(median(times.map(({ ours, theirs }) => theirs / ours))),
    peak: rounded(limit),
    fractionOfPeak: rounded(gflops / limit),
  };
}

const command: Command = {
  description: 'npm run bench:compare -- [options]: GFLOP/s of every convolution and matrix product, beside PyTorch.',
  seconds: 0.5,
  options: { ...passOption, ...peerOptions },
};

await runBenchmark(command, async (options) => {
  const [cases, passes] = [chosenCases(kernelCases, options), chosenPasses(options)];
  await withPeer(options, async (peer) => {
    const comparable = cases.filter(({ kind }) => kind === 'conv' || !peer.hasReferenceBlas);
    if (comparable.length === 0) return;
    warnWhenBusy();
    const report = startReport(options, columns, `${machine()}; ${peer.description}. GFLOP/s.`);
    const rows: Row[] = [];
    for (const of of comparable) {
      for (const pass of passes) {
        const row = await measure(of, pass, peer, options);
        rows.push(row);
        report.add(row);
      }
    }
    const ratios = rows.map(({ ratio }) => ratio);
    const slower = ratios.filter((ratio) => ratio < 1).length;
    report.note(
      `Ratios: geometric mean ${geometricMean(ratios).toFixed(2)}×, ${slower} of ${ratios.length} below 1. ` +
        peakRange(rows.map(({ peak }) => peak)),
    );
  });
});
