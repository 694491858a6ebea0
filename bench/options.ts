/** The command line that all benchmarks share. */
import { parseArgs } from 'node:util';
import { setThreads, systemInfo } from '../lib/native.js';
import { type Pass, passes } from './cases.js';
import type { FloatDType } from './kernels.js';

export interface BenchOptions {
  /** Run the cases whose name contains this. */
  readonly case: string;
  readonly passes: readonly Pass[];
  readonly dtype: FloatDType;
  readonly threads: number;
  /** Measuring time of each case and pass, for each side. */
  readonly seconds: number;
  /** Print JSON lines instead of a table. */
  readonly json: boolean;
  /** Print the options instead of measuring. */
  readonly help: boolean;
  /** Values of the options that only one benchmark has. */
  readonly own: Readonly<Record<string, string | undefined>>;
}

const shared = {
  case: 'run only cases whose name contains this',
  pass: `run only this pass: ${passes.join(', ')}`,
  dtype: 'float32 (default) or float64',
  threads: 'compute threads (default: all available)',
  seconds: 'measuring time of each row (default 0.5)',
};

class UsageError extends Error {}

function oneOf<T extends string>(name: string, value: string, choices: readonly T[]): T {
  if (choices.includes(value as T)) return value as T;
  throw new UsageError(`--${name}: expected ${choices.join(', ')}, but received '${value}'`);
}

function positive(name: string, value: string): number {
  const number = Number(value);
  if (value.trim() !== '' && number > 0 && Number.isFinite(number)) return number;
  throw new UsageError(`--${name}: expected a number above 0, but received '${value}'`);
}

/** @throws Error for an unknown option or an invalid value */
export function parseOptions(args: readonly string[], own: Readonly<Record<string, string>> = {}): BenchOptions {
  const texts = [...Object.keys(shared), ...Object.keys(own)].map((name) => [name, { type: 'string' }] as const);
  const switches = { json: { type: 'boolean' }, help: { type: 'boolean' } } as const;
  const { values } = parseArgs({ args: [...args], options: { ...Object.fromEntries(texts), ...switches } });
  const { json = false, help = false, ...rest } = values;
  const given = rest as Readonly<Record<string, string | undefined>>;
  const { case: part = '', pass, dtype = 'float32', threads = `${systemInfo().threads}`, seconds = '0.5' } = given;
  return {
    case: part,
    passes: pass === undefined ? passes : [oneOf('pass', pass, passes)],
    dtype: oneOf('dtype', dtype, ['float32', 'float64']),
    threads: positive('threads', threads),
    seconds: positive('seconds', seconds),
    json,
    help,
    own: Object.fromEntries(Object.keys(own).map((name) => [name, given[name]])),
  };
}

/** The cases that --case asks for. @throws Error where it asks for none */
export function chosen<C extends { readonly name: string }>(cases: readonly C[], options: BenchOptions): readonly C[] {
  const found = cases.filter(({ name }) => name.includes(options.case));
  if (found.length > 0) return found;
  throw new UsageError(
    `--case: '${options.case}' is part of none of ${cases.map(({ name }) => `'${name}'`).join(', ')}`,
  );
}

/** Parses the command line, sets the threads and runs `main`; exit code 2 for a wrong command line, 1 for a failure. */
export async function runBenchmark(
  description: string,
  main: (options: BenchOptions) => Promise<void>,
  own: Readonly<Record<string, string>> = {},
): Promise<void> {
  try {
    const options = parseOptions(process.argv.slice(2), own);
    if (options.help) {
      const rows = Object.entries({ ...shared, ...own, json: 'print JSON lines instead of a table' });
      console.log([description, '', ...rows.map(([name, text]) => `  --${name.padEnd(10)} ${text}`)].join('\n'));
      return;
    }
    setThreads(options.threads);
    await main(options);
  } catch (error) {
    const wrongUsage = error instanceof UsageError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
    console.error(wrongUsage ? `${(error as Error).message}\nRun with --help for the options.` : error);
    process.exitCode = wrongUsage ? 2 : 1;
  }
}
