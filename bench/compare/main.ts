/** `npm run bench:compare`: the same convolutions, poolings and matrix products in other libraries and here, in turn. */
import { type ComparedRow, comparedColumns, comparedRow } from '../kernel_rows.js';
import { geometricMean } from '../measure.js';
import { algorithmOption, type Command, chosenWork, passOption, runBenchmark } from '../options.js';
import { machine, peakRange, startReport, warnWhenBusy } from '../report.js';
import { besideEach, peerOptions, withPeers } from './peers.js';

const command: Command = {
  description:
    'npm run bench:compare -- [options]: GFLOP/s of every convolution, pooling and matrix product, beside peers.',
  seconds: 0.5,
  options: { ...passOption, ...algorithmOption, ...peerOptions },
};

/** The ratios to one peer, in a sentence. */
function verdict(peer: string, rows: readonly ComparedRow[]): string {
  const ratios = rows.map(({ ratio }) => ratio);
  const slower = ratios.filter((ratio) => ratio < 1).length;
  return `${peer}: geometric mean ${geometricMean(ratios).toFixed(2)}×, ${slower} of ${ratios.length} below 1.`;
}

await runBenchmark(command, async (options) => {
  const work = chosenWork(options);
  await withPeers(options, async (peers) => {
    warnWhenBusy();
    const about = peers.map(({ description }) => description).join('; ');
    const report = startReport(options, comparedColumns, `${machine()}; ${about}. GFLOP/s.`);
    const rows: ComparedRow[] = [];
    for (const [of, pass] of work) {
      for (const row of await besideEach(`${of.name} ${pass}`, peers, (peer) => comparedRow(of, pass, options, peer))) {
        rows.push(row);
        report.add(row);
      }
    }
    if (rows.length === 0) return;
    const names = [...new Set(rows.map(({ peer }) => peer))];
    const verdicts = names.map((name) =>
      verdict(
        name,
        rows.filter(({ peer }) => peer === name),
      ),
    );
    report.note([...verdicts, peakRange(rows.map(({ peak }) => peak))].join('\n'));
  });
});
