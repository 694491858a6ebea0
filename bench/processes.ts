/** A process of its own for each case, so that the memory of one is not counted for the next. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { BenchOptions } from './options.js';

const execute = promisify(execFile);

/** Measures a single case here, and several by running this program again for each. */
export async function inOwnProcesses<C extends { readonly name: string }, Row>(
  cases: readonly C[],
  options: BenchOptions,
  measure: (of: C) => Promise<Row>,
  add: (row: Row) => void,
): Promise<void> {
  const [only, second] = cases;
  if (only !== undefined && second === undefined) return add(await measure(only));
  const { dtype, threads, seconds, own } = options;
  for (const { name } of cases) {
    const given = Object.entries({ case: name, dtype, threads, seconds, ...own }).filter(
      ([, value]) => value !== undefined,
    );
    const flags = given.flatMap(([option, value]) => [`--${option}`, `${value}`]);
    const program = [...process.execArgv, process.argv[1] as string, ...flags, '--json'];
    const { stdout } = await execute(process.execPath, program);
    add(JSON.parse(stdout) as Row);
  }
}
