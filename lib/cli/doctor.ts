/** `convgrad doctor`: what convgrad found on this machine, and why it does not work where it does not. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SystemInfo } from '../native.js';
import { type CpuLimits, cpuLimits, cpuModel, type Libc, libc } from './machine.js';

/** The package's root folder. `../native.js` knows it too, but throws on import where there is no binary. */
export const packageRoot: string = fileURLToPath(new URL('../..', import.meta.url));

const require = createRequire(import.meta.url);

/** Everything `convgrad doctor` prints, as `--json` gives it. */
export interface DoctorReport {
  readonly version: string;
  readonly node: string;
  readonly platform: string;
  readonly arch: string;
  readonly libc: Libc;
  readonly cpu: string;
  readonly cpuLimits: CpuLimits;
  /** Platforms that have a binary in this installation. */
  readonly shipped: readonly string[];
  /** The file that is loaded, or null where there is none. */
  readonly binary: string | null;
  /** Why the addon does not work here. */
  readonly problem?: string;
  /** The environment variables CONVGRAD_ISA and CONVGRAD_THREADS. */
  readonly settings: { readonly isa: string | null; readonly threads: string | null };
  /** The addon's view of the machine; null where it does not load. */
  readonly system: SystemInfo | null;
}

function shippedBinaries(): string[] {
  try {
    const files = readdirSync(path.join(packageRoot, 'prebuilds'), { recursive: true, encoding: 'utf8' });
    return files.filter((file) => file.endsWith('.node')).sort();
  } catch {
    return [];
  }
}

function findBinary(): string | null {
  try {
    return (require('node-gyp-build') as { resolve(folder: string): string }).resolve(packageRoot);
  } catch {
    return null;
  }
}

async function loadSystem(): Promise<{ system: SystemInfo | null; problem?: string }> {
  try {
    const { systemInfo } = await import('../native.js');
    return { system: systemInfo() };
  } catch (error) {
    if (!(error instanceof Error)) return { system: null, problem: String(error) };
    const cause = error.cause instanceof Error ? ` (${error.cause.message.split('\n')[0]})` : '';
    return { system: null, problem: error.message + cause };
  }
}

/** Examines this machine and installation; never throws for a missing or broken binary. */
export async function examine(): Promise<DoctorReport> {
  const { version } = JSON.parse(readFileSync(path.join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  return {
    version,
    node: process.version,
    platform: process.platform,
    arch: process.arch,
    libc: libc(),
    cpu: cpuModel(),
    cpuLimits: cpuLimits(),
    shipped: shippedBinaries(),
    binary: findBinary(),
    settings: { isa: process.env.CONVGRAD_ISA || null, threads: process.env.CONVGRAD_THREADS || null },
    ...(await loadSystem()),
  };
}

function bytes(count: number): string {
  if (count <= 0) return 'unknown';
  return count >= 1 << 20 ? `${+(count / (1 << 20)).toFixed(1)} MiB` : `${+(count / 1024).toFixed(1)} KiB`;
}

/** What multiplies bfloat16 numbers, by instruction set; elsewhere float32 multiply-adds do. */
const bfloat16Products: Partial<Record<SystemInfo['isa'], string>> = {
  amx: 'multiplied in tiles (AMX)',
  avx512_bf16: 'multiplied in pairs (AVX512-BF16)',
};

/** Lays the report out for people: one `label  value` line per fact. */
export function format(report: DoctorReport): string {
  const { cpuLimits: limits, system, settings } = report;
  const rows: [string, string][] = [
    ['convgrad', report.version],
    ['node', report.node],
    ['platform', `${report.platform}-${report.arch}`],
    ['libc', [report.libc.name, report.libc.version].filter(Boolean).join(' ')],
    ['processor', `${report.cpu}, ${limits.installed} logical processors`],
    ['affinity', limits.affinity ?? 'unknown'],
    ['cgroup quota', limits.quota === undefined ? 'none' : `${+limits.quota.toFixed(2)} processors`],
    ['shipped', report.shipped.join(', ') || 'none'],
    ['binary', report.binary ?? 'none'],
  ];
  if (system) {
    const bfloat16 = bfloat16Products[system.isa] ?? 'computed in float32: smaller, but not faster';
    const instructions = `${system.isa} (detected ${system.detectedIsa}, CONVGRAD_ISA ${settings.isa ?? 'not set'})`;
    const threads = `${system.threads} of ${system.availableCpus} available (CONVGRAD_THREADS ${settings.threads ?? 'not set'})`;
    const caches = `L1 ${bytes(system.l1Bytes)}, L2 ${bytes(system.l2Bytes)}, L3 ${bytes(system.l3Bytes)}`;
    rows.push(['instructions', instructions], ['bfloat16', bfloat16], ['threads', threads], ['data caches', caches]);
  }
  const lines = rows.map(([label, value]) => `${label.padEnd(14)}${value}`);
  lines.push(
    '',
    report.problem === undefined ? 'convgrad works here.' : `convgrad does not work here: ${report.problem}`,
  );
  return lines.join('\n');
}

/** Runs the command. @returns the exit code: 1 where convgrad does not work */
export async function doctor(options: { json?: boolean }): Promise<number> {
  const report = await examine();
  console.log(options.json ? JSON.stringify(report) : format(report));
  return report.problem === undefined ? 0 : 1;
}
