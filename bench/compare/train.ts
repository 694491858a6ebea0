/** `npm run bench:compare:train`: the same training steps in PyTorch and here, in turn. */
import { calibrate, median, repetitions } from '../measure.js';
import { type NetworkCase, networkCases, TrainingWorkload } from '../networks.js';
import { type BenchOptions, chosenCases, runBenchmark } from '../options.js';
import { inOwnProcesses } from '../processes.js';
import { type Column, machine, peakRssMb, rounded, startReport, warnWhenBusy } from '../report.js';
import { peerOptions, withPeer } from './options.js';
import type { Peer } from './peer.js';
import { pairs } from './turns.js';

/** One network; rates are medians of the repetitions. */
interface Row {
  readonly case: string;
  readonly dtype: string;
  readonly samplesPerSecond: number;
  readonly peakRssMb: number;
  readonly peer: string;
  readonly peerSamplesPerSecond: number;
  readonly peerPeakRssMb: number;
  /** Median of the ratios of neighbouring repetitions: above 1 we are faster. */
  readonly ratio: number;
}

const columns: readonly Column<Row>[] = [
  { heading: 'samples/s', width: 12, cell: (row) => row.case },
  { heading: 'convgrad', width: 8, cell: (row) => row.samplesPerSecond.toFixed(0) },
  { heading: 'PyTorch', width: 8, cell: (row) => row.peerSamplesPerSecond.toFixed(0) },
  { heading: 'ratio', width: 6, cell: (row) => `${row.ratio.toFixed(2)}×` },
  { heading: 'peak RSS, MB', width: 12, cell: (row) => row.peakRssMb.toFixed(0) },
  { heading: 'PyTorch, MB', width: 12, cell: (row) => row.peerPeakRssMb.toFixed(0) },
];

async function measure(of: NetworkCase, peer: Peer, { dtype, seconds }: BenchOptions): Promise<Row> {
  const { name, batch, size, channels, classes } = of;
  const workload = new TrainingWorkload(of, dtype);
  const theirs = await peer.prepare({ do: 'train', network: name, batch, size, channels, classes, dtype });
  const sides = [await calibrate(workload, seconds), await calibrate(theirs, seconds)] as const;
  const times = await pairs(...sides, repetitions, peer);
  workload.dispose();
  return {
    case: name,
    dtype,
    samplesPerSecond: rounded(batch / median(times.map((pair) => pair.ours))),
    peakRssMb: peakRssMb(),
    peer: peer.name,
    peerSamplesPerSecond: rounded(batch / median(times.map((pair) => pair.theirs))),
    peerPeakRssMb: peer.peakRssMb,
    ratio: rounded(median(times.map((pair) => pair.theirs / pair.ours))),
  };
}

const command = {
  description: 'npm run bench:compare:train -- [options]: training steps of whole networks, beside PyTorch.',
  seconds: 3,
  options: peerOptions,
};

await runBenchmark(command, async (options) => {
  const cases = chosenCases(networkCases, options);
  await withPeer(options, async (peer) => {
    if (peer.hasReferenceBlas) return;
    warnWhenBusy();
    const report = startReport(options, columns, `${machine()}; ${peer.description}`);
    await inOwnProcesses(cases, options, (of) => measure(of, peer, options), report.add);
  });
});
