/** `npm run bench:train`: samples per second of whole training steps, or of inference, and the memory they take. */
import { networkColumns, networkOptions, networkRow } from './network_rows.js';
import { networkCases } from './networks.js';
import { type Command, chosenCases, runBenchmark } from './options.js';
import { inOwnProcesses } from './processes.js';
import { startReport, warnWhenBusy } from './report.js';

const command: Command = {
  description: 'npm run bench:train -- [options]: training steps of whole networks, or inference.',
  seconds: 3,
  options: networkOptions,
};

await runBenchmark(command, async (options) => {
  const cases = chosenCases(networkCases, options);
  warnWhenBusy();
  const report = startReport(options, networkColumns);
  await inOwnProcesses(cases, options, async (of) => [await networkRow(of, options)], report.add);
});
