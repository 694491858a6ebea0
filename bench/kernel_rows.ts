/** The rows of `npm run bench` and `npm run bench:compare`: one case and pass, here alone or in turn with a peer. */
import { systemInfo } from '../lib/native.js';
import type { ConvAlgorithm } from '../lib/ops/conv_algorithm.js';
import { median } from '../lib/tensor/median.js';
import { bytesMoved, type KernelCase, operations, type Pass } from './cases.js';
import type { Peer } from './compare/peer.js';
import { type Pair, turns } from './compare/turns.js';
import { KernelWorkload } from './kernels.js';
import { CopyBandwidth, calibrate, Peak, repetitions } from './measure.js';
import type { BenchOptions } from './options.js';
import { type Column, percent, rounded } from './report.js';

/** One case and pass; rates are medians of the repetitions. */
export interface KernelRow {
  readonly case: string;
  readonly pass: Pass;
  readonly dtype: string;
  readonly isa: string;
  readonly threads: number;
  readonly gflops: number;
  /** GFLOP/s of multiply-adds of that dtype in registers, measured between the repetitions. */
  readonly peak: number;
  readonly fractionOfPeak: number;
  /** GB/s of operands and result, each counted once. */
  readonly bandwidth: number;
  /** GB/s that a copy reads and writes, measured between the repetitions. */
  readonly copyBandwidth: number;
  readonly fractionOfCopy: number;
}

/** With a peer beside us. */
export interface ComparedRow extends KernelRow {
  readonly peer: string;
  readonly peerGflops: number;
  /** Median of the ratios of neighbouring repetitions: above 1 we are faster. */
  readonly ratio: number;
}

const named: readonly Column<KernelRow>[] = [
  { heading: 'case', width: 29, cell: (row) => row.case },
  { heading: 'pass', width: 14, cell: (row) => row.pass },
];

const limits: readonly Column<KernelRow>[] = [
  { heading: '% of peak', width: 9, cell: (row) => percent(row.fractionOfPeak) },
  { heading: 'GB/s', width: 6, cell: (row) => row.bandwidth.toFixed(1) },
  { heading: '% of copy', width: 9, cell: (row) => percent(row.fractionOfCopy) },
];

export const kernelColumns: readonly Column<KernelRow>[] = [
  ...named,
  { heading: 'GFLOP/s', width: 7, cell: (row) => row.gflops.toFixed(1) },
  { heading: 'peak', width: 6, cell: (row) => row.peak.toFixed(1) },
  ...limits,
];

export const comparedColumns: readonly Column<ComparedRow>[] = [
  ...named,
  { heading: 'peer', width: 24, cell: (row) => row.peer },
  { heading: 'convgrad', width: 8, cell: (row) => row.gflops.toFixed(1) },
  { heading: 'theirs', width: 8, cell: (row) => row.peerGflops.toFixed(1) },
  { heading: 'ratio', width: 6, cell: (row) => `${row.ratio.toFixed(2)}×` },
  ...limits,
];

/** Measures ours, and theirs in turn with it where there is a peer. */
async function measure(
  of: KernelCase,
  pass: Pass,
  { dtype, seconds, own }: BenchOptions,
  peer?: Peer,
): Promise<{ row: KernelRow; times: readonly Pair[] }> {
  const theirs = await peer?.prepare({ do: 'kernel', case: of, pass, dtype });
  const workload = new KernelWorkload(of, pass, dtype, own.algorithm as ConvAlgorithm | undefined);
  const [peak, copy] = [new Peak(dtype), new CopyBandwidth()];
  const [peaks, copies]: [number[], number[]] = [[], []];
  const sides = [await calibrate(workload, seconds), theirs && (await calibrate(theirs, seconds))] as const;
  const times = await turns(...sides, repetitions, peer, async () => {
    peaks.push(await peak.measure());
    copies.push(await copy.measure());
  });
  workload.dispose();
  copy.dispose();
  const { isa, threads } = systemInfo();
  const perSecond = 1 / median(times.map(({ ours }) => ours)) / 1e9;
  const gflops = operations(of) * perSecond;
  const bandwidth = bytesMoved(of, dtype) * perSecond;
  const [limit, copyBandwidth] = [median(peaks), median(copies)];
  const row: KernelRow = {
    case: of.name,
    pass,
    dtype,
    isa,
    threads,
    gflops: rounded(gflops),
    peak: rounded(limit),
    fractionOfPeak: rounded(gflops / limit),
    bandwidth: rounded(bandwidth),
    copyBandwidth: rounded(copyBandwidth),
    fractionOfCopy: rounded(bandwidth / copyBandwidth),
  };
  return { row, times };
}

/** The row of one case and pass. */
export async function kernelRow(of: KernelCase, pass: Pass, options: BenchOptions): Promise<KernelRow> {
  return (await measure(of, pass, options)).row;
}

/** The same beside a peer. @throws Unsupported where the peer cannot run it */
export async function comparedRow(of: KernelCase, pass: Pass, options: BenchOptions, peer: Peer): Promise<ComparedRow> {
  const { row, times } = await measure(of, pass, options, peer);
  return {
    ...row,
    peer: peer.name,
    peerGflops: rounded(operations(of) / median(times.map(({ theirs }) => theirs)) / 1e9),
    ratio: rounded(median(times.map(({ ours, theirs }) => theirs / ours))),
  };
}
