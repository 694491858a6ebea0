/** `npm run bench:compare:train`: the same training steps, or inference, in other libraries and here, in turn. */
import { comparedNetworkColumns, comparedNetworkRow, networkOptions } from '../network_rows.js';
import { networkCases } from '../networks.js';
import { type Command, chosenCases, runBenchmark } from '../options.js';
import { inOwnProcesses } from '../processes.js';
import { machine, startReport, warnWhenBusy } from '../report.js';
import { besideEach, peerOptions, withPeers } from './peers.js';

const command: Command = {
  description:
    'npm run bench:compare:train -- [options]: training steps of whole networks, or inference, beside peers.',
  seconds: 3,
  options: { ...networkOptions, ...peerOptions },
};

await runBenchmark(command, async (options) => {
  const cases = chosenCases(networkCases, options);
  await withPeers(options, async (peers) => {
    warnWhenBusy();
    const about = peers.map(({ description }) => description).join('; ');
    const report = startReport(options, comparedNetworkColumns, `${machine()}; ${about}`);
    await inOwnProcesses(
      cases,
      options,
      (of) => besideEach(of.name, peers, (peer) => comparedNetworkRow(of, options, peer)),
      report.add,
    );
  });
});
