/** The rows of `npm run bench:train` and `npm run bench:compare:train`: one network, here alone or in turn with a peer. */
import { median } from '../lib/tensor/median.js';
import type { Peer } from './compare/peer.js';
import { type Pair, turns } from './compare/turns.js';
import { calibrate, repetitions } from './measure.js';
import { type NetworkCase, type NetworkPass, networkPasses, networkWorkload } from './networks.js';
import { type BenchOptions, oneOf, positive, UsageError } from './options.js';
import { type Column, peakRssMb, rounded } from './report.js';

/** One network and pass; rates are medians of the repetitions. */
export interface NetworkRow {
  readonly case: string;
  readonly pass: NetworkPass;
  readonly batch: number;
  readonly dtype: string;
  readonly samplesPerSecond: number;
  /** The most memory the process has held. */
  readonly peakRssMb: number;
}

/** With a peer beside us. */
export interface ComparedNetworkRow extends NetworkRow {
  readonly peer: string;
  readonly peerSamplesPerSecond: number;
  readonly peerPeakRssMb: number;
  /** Median of the ratios of neighbouring repetitions: above 1 we are faster. */
  readonly ratio: number;
}

const rate = (samplesPerSecond: number): string => samplesPerSecond.toFixed(samplesPerSecond < 100 ? 1 : 0);

const named: readonly Column<NetworkRow>[] = [
  { heading: 'samples/s', width: 24, cell: (row) => `${row.case} ${row.pass}, ${row.batch}` },
];

export const networkColumns: readonly Column<NetworkRow>[] = [
  ...named.map((column) => ({ ...column, heading: 'network, batch' })),
  { heading: 'samples/s', width: 9, cell: (row) => rate(row.samplesPerSecond) },
  { heading: 'peak RSS, MB', width: 12, cell: (row) => row.peakRssMb.toFixed(0) },
];

export const comparedNetworkColumns: readonly Column<ComparedNetworkRow>[] = [
  ...named,
  { heading: 'peer', width: 24, cell: (row) => row.peer },
  { heading: 'convgrad', width: 8, cell: (row) => rate(row.samplesPerSecond) },
  { heading: 'theirs', width: 8, cell: (row) => rate(row.peerSamplesPerSecond) },
  { heading: 'ratio', width: 6, cell: (row) => `${row.ratio.toFixed(2)}×` },
  { heading: 'peak RSS, MB', width: 12, cell: (row) => row.peakRssMb.toFixed(0) },
  { heading: 'theirs, MB', width: 12, cell: (row) => row.peerPeakRssMb.toFixed(0) },
];

/** Options of the commands that run whole networks. */
export const networkOptions = {
  pass: `what is run: ${networkPasses.join(' or ')} (default training)`,
  batch: 'samples at a time (default as published)',
};

/** What --pass and --batch make of a case. @throws UsageError for invalid ones */
export function chosenStep(of: NetworkCase, { own }: BenchOptions): readonly [of: NetworkCase, pass: NetworkPass] {
  const pass = oneOf('pass', own.pass ?? 'training', networkPasses);
  if (own.batch === undefined) return [of, pass];
  const batch = positive('batch', own.batch);
  if (!Number.isInteger(batch)) throw new UsageError(`--batch: expected an integer, but received '${own.batch}'`);
  return [{ ...of, batch }, pass];
}

async function measure(
  of: NetworkCase,
  pass: NetworkPass,
  { dtype, seconds }: BenchOptions,
  peer?: Peer,
): Promise<{ row: NetworkRow; times: readonly Pair[] }> {
  const { name, batch, size, channels, classes } = of;
  const theirs = await peer?.prepare({ do: 'network', network: name, pass, batch, size, channels, classes, dtype });
  const workload = networkWorkload(of, pass, dtype);
  const sides = [await calibrate(workload, seconds), theirs && (await calibrate(theirs, seconds))] as const;
  const times = await turns(...sides, repetitions, peer);
  workload.dispose();
  const samplesPerSecond = rounded(batch / median(times.map(({ ours }) => ours)));
  return { row: { case: name, pass, batch, dtype, samplesPerSecond, peakRssMb: peakRssMb() }, times };
}

/** The row of one network. */
export async function networkRow(of: NetworkCase, options: BenchOptions): Promise<NetworkRow> {
  return (await measure(...chosenStep(of, options), options)).row;
}

/** The same beside a peer. @throws Unsupported where the peer cannot run it */
export async function comparedNetworkRow(
  of: NetworkCase,
  options: BenchOptions,
  peer: Peer,
): Promise<ComparedNetworkRow> {
  const { row, times } = await measure(...chosenStep(of, options), options, peer);
  return {
    ...row,
    peer: peer.name,
    peerSamplesPerSecond: rounded(row.batch / median(times.map(({ theirs }) => theirs))),
    peerPeakRssMb: peer.peakRssMb,
    ratio: rounded(median(times.map(({ ours, theirs }) => theirs / ours))),
  };
}
