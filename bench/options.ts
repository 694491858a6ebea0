/** The command line that all benchmarks share. */
import { parseArgs } from 'node:util';
import { setThreads, systemInfo } from '../lib/native.js';
import { type KernelCase, kernelCases, type Pass, passes, passesOf } from './cases.js';
import type { FloatDType } from './kernels.js';

/** What a command is, and which options it has besides those all have: names and what help says of them. */
export interface Command {
  readonly description: string;
  /** Default of --seconds. */
  readonly seconds: number;
  readonly options?: Readonly<Record<string, string>>;
}

export interface BenchOptions {
  /** Run the cases whose name contains this. */
  readonly case: string;
  readonly dtype: FloatDType;
  readonly threads: number;
  /** Measuring time of each row, and each side. */
  readonly seconds: number;
  /** Print JSON lines instead of a table. */
  readonly json: boolean;
  /** Print the options instead of measuring. */
  readonly help: boolean;
  /** Values of the command's own options. */
  readonly own: Readonly<Record<string, string | undefined>>;
}

const shared = {
  case: 'run only cases whose name contains this',
  dtype: 'float32 (default), float64 or bfloat16',
  threads: 'compute threads (default: all available)',
  seconds: 'measuring time of each row',
};

/** The option of the commands that measure one pass at a time. */
export const passOption = { pass: `run only this pass: ${passes.join(', ')}` };

/** The option of the commands that measure convolutions. */
export const algorithmOption = {
  algorithm: 'convolve, gradients included, by auto (default), direct, winograd2 or winograd4',
};

/** A command line that asks for something that is not there. */
export class UsageError extends Error {}

export function oneOf<T extends string>(name: string, value: string, choices: readonly T[]): T {
  if (choices.includes(value as T)) return value as T;
  throw new UsageError(`--${name}: expected ${choices.join(', ')}, but received '${value}'`);
}

export function positive(name: string, value: string): number {
  const number = Number(value);
  if (value.trim() !== '' && number > 0 && Number.isFinite(number)) return number;
  throw new UsageError(`--${name}: expected a number above 0, but received '${value}'`);
}

/** @throws Error for an unknown option or an invalid value */
export function parseOptions(args: readonly string[], command: Command): BenchOptions {
  const own = Object.keys(command.options ?? {});
  const texts = [...Object.keys(shared), ...own].map((name) => [name, { type: 'string' }] as const);
  const switches = { json: { type: 'boolean' }, help: { type: 'boolean' } } as const;
  const { values } = parseArgs({ args: [...args], options: { ...Object.fromEntries(texts), ...switches } });
  const { json = false, help = false, ...rest } = values;
  const given = rest as Readonly<Record<string, string | undefined>>;
  const { case: part = '', dtype = 'float32', threads = `${systemInfo().threads}` } = given;
  return {
    case: part,
    dtype: oneOf('dtype', dtype, ['float32', 'float64', 'bfloat16']),
    threads: positive('threads', threads),
    seconds: positive('seconds', given.seconds ?? `${command.seconds}`),
    json,
    help,
    own: Object.fromEntries(own.map((name) => [name, given[name]])),
  };
}

/** The passes that --pass asks for. @throws Error for a name that is none */
export function chosenPasses({ own: { pass } }: BenchOptions): readonly Pass[] {
  return pass === undefined ? passes : [oneOf('pass', pass, passes)];
}

/** The cases that --case asks for. @throws Error where it asks for none */
export function chosenCases<C extends { readonly name: string }>(
  cases: readonly C[],
  options: BenchOptions,
): readonly C[] {
  const found = cases.filter(({ name }) => name.includes(options.case));
  if (found.length > 0) return found;
  const names = cases.map(({ name }) => `  ${name}`).join('\n');
  throw new UsageError(`--case: no case's name contains '${options.case}'. They are\n${names}`);
}

/** The cases and passes that --case and --pass ask for together. @throws UsageError where there are none */
export function chosenWork(options: BenchOptions): readonly (readonly [of: KernelCase, pass: Pass])[] {
  const wanted = chosenPasses(options);
  const cases = chosenCases(kernelCases, options);
  const work = cases.flatMap((of) =>
    passesOf(of).flatMap((pass) => (wanted.includes(pass) ? [[of, pass] as const] : [])),
  );
  if (work.length > 0) return work;
  throw new UsageError(`--pass: ${cases.map(({ name }) => name).join(', ')} have no such pass`);
}

function helpText({ description, options, seconds }: Command): string {
  const rows = { ...shared, seconds: `${shared.seconds} (default ${seconds})`, ...options, json: 'print JSON lines' };
  return [description, '', ...Object.entries(rows).map(([name, text]) => `  --${name.padEnd(10)} ${text}`)].join('\n');
}

/** Parses the command line, sets the threads and runs `main`. The exit code is 2 for a wrong command line, 1 for a failure. */
export async function runBenchmark(command: Command, main: (options: BenchOptions) => Promise<void>): Promise<void> {
  try {
    const options = parseOptions(process.argv.slice(2), command);
    if (options.help) return console.log(helpText(command));
    setThreads(options.threads);
    await main(options);
  } catch (error) {
    const wrongUsage = error instanceof UsageError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
    console.error(wrongUsage ? `${(error as Error).message}\nRun with --help for the options.` : error);
    process.exitCode = wrongUsage ? 2 : 1;
  }
}
