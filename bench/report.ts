/** How results are printed: JSON lines, or a table in Markdown whose rows appear as they are measured. */
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { cpuModel } from '../lib/cli/machine.js';
import { systemInfo } from '../lib/native.js';
import type { BenchOptions } from './options.js';

/** One column of the table: a heading, its width, and the text of a row's cell. */
export interface Column<Row> {
  readonly heading: string;
  readonly width: number;
  readonly cell: (row: Row) => string;
}

export interface Report<Row> {
  add(row: Row): void;
  /** A closing remark, under the table. */
  note(text: string): void;
}

export const percent = (fraction: number): string => `${(100 * fraction).toFixed(0)} %`;

/** The machine and what runs on it, in one line. */
export function machine(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const { isa, threads } = systemInfo();
  return `${cpuModel()}, ${isa}, ${threads} ${threads === 1 ? 'thread' : 'threads'}, Node ${process.version}, convgrad ${version}`;
}

/** How far the peak moved during a run: on a quiet machine by a few per cent. */
export function peakRange(peaks: readonly number[]): string {
  const [low, high] = [Math.min(...peaks), Math.max(...peaks)].map((peak) => peak.toFixed(0));
  return `Peak during the run: ${low} to ${high} GFLOP/s.`;
}

const said = new Set<string>();

/** Says something on standard error, unless it has been said already. */
export function sayOnce(line: string): void {
  if (!said.has(line)) console.error(line);
  said.add(line);
}

/** How the warning of a busy machine begins. */
export const busy = 'warning: the machine is not quiet';

/** Says so where other programs compete for the processor: their share makes every figure too low. */
export function warnWhenBusy(): void {
  const load = loadavg()[0] as number;
  if (load >= 0.5) console.error(`${busy} (load average ${load.toFixed(1)}); the figures will be too low`);
}

/** The most memory this process has held, in MB. */
export const peakRssMb = (): number => Math.round(process.resourceUsage().maxRSS / 1024);

/** Significant figures enough for JSON. */
export const rounded = (value: number): number => Number(value.toPrecision(5));

function jsonReport<Row>(): Report<Row> {
  return { add: (row) => console.log(JSON.stringify(row)), note: (text) => console.error(text) };
}

function tableReport<Row>(columns: readonly Column<Row>[], title: string): Report<Row> {
  const [first, ...rest] = columns as readonly [Column<Row>, ...Column<Row>[]];
  const line = (cells: (column: Column<Row>) => string): string =>
    `| ${[cells(first).padEnd(first.width), ...rest.map((column) => cells(column).padStart(column.width))].join(' | ')} |`;
  const rule = [':'.padEnd(first.width, '-'), ...rest.map(({ width }) => ':'.padStart(width, '-'))].join(' | ');
  console.log(`${title}\n\n${line(({ heading }) => heading)}\n| ${rule} |`);
  return { add: (row) => console.log(line(({ cell }) => cell(row))), note: (text) => console.log(`\n${text}`) };
}

/** Prints rows as the options ask. */
export function startReport<Row>(
  options: BenchOptions,
  columns: readonly Column<Row>[],
  title = machine(),
): Report<Row> {
  return options.json ? jsonReport() : tableReport(columns, title);
}
