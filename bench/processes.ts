/** A process of its own for each case, so that the memory of one is not counted for the next. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { BenchOptions } from './options.js';
import { busy, sayOnce } from './report.js';

const execute = promisify(execFile);

/** Measures a single case here, and several by running this program again for each. */
export async function inOwnProcesses<C extends { readonly name: string }, Row>(
  cases: readonly C[],
  options: BenchOptions,
  measure: (of: C) => Promise<readonly Row[]>,
  add: (row: Row) => void,
): Promise<void> {
  const [only, second] = cases;
  if (only !== undefined && second === undefined) return (await measure(only)).forEach(add);
  const { dtype, threads, seconds, own } = options;
  for (const { name } of cases) {
    const given = Object.entries({ case: name, dtype, threads, seconds, ...own }).filter(
      ([, value]) => value !== undefined,
    );
    const flags = given.flatMap(([option, value]) => [`--${option}`, `${value}`]);
    const program = [...process.execArgv, process.argv[1] as string, ...flags, '--json'];
    const { stdout, stderr } = await execute(process.execPath, program);
    for (const line of linesOf(stderr)) if (!line.startsWith(busy)) sayOnce(line); // that was said here
    for (const line of linesOf(stdout)) add(JSON.parse(line) as Row);
  }
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
