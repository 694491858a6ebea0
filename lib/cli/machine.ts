/** What the operating system says about this machine; works without the addon. */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** The C library the process runs on. */
export interface Libc {
  readonly name: 'glibc' | 'musl' | 'none';
  readonly version?: string;
}

/** What limits the number of processors; `undefined` where the system does not say. */
export interface CpuLimits {
  /** Processors of the machine. */
  readonly installed: number;
  /** Scheduling affinity, such as `0-3,8`. */
  readonly affinity: string | undefined;
  /** CPU quota of the control group, in processors. */
  readonly quota: number | undefined;
}

/** The processor's own name. */
export function cpuModel(): string {
  return cpus()[0]?.model.trim() ?? 'unknown processor';
}

/** Finds the C library: glibc reports its version, anything else on linux is taken for musl. */
export function libc(): Libc {
  if (process.platform !== 'linux') return { name: 'none' };
  const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined;
  const version = report?.header?.glibcVersionRuntime;
  return version === undefined ? { name: 'musl' } : { name: 'glibc', version };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}

/** Processors granted by a cgroup, version 2 (`cpu.max`) or 1 (`cpu.cfs_quota_us`). */
function cgroupQuota(): number | undefined {
  const folder = /^0::(.*)$/m.exec(readText('/proc/self/cgroup'))?.[1] ?? '';
  const maximum = readText(`/sys/fs/cgroup${folder}/cpu.max`) || readText('/sys/fs/cgroup/cpu.max');
  const [quota, period] = maximum
    ? maximum.split(' ')
    : [readText('/sys/fs/cgroup/cpu/cpu.cfs_quota_us'), readText('/sys/fs/cgroup/cpu/cpu.cfs_period_us')];
  const granted = Number(quota || Number.NaN) / Number(period || Number.NaN);
  return granted > 0 ? granted : undefined;
}

/** Reads what limits the number of processors. */
export function cpuLimits(): CpuLimits {
  return {
    installed: cpus().length,
    affinity: /^Cpus_allowed_list:\s*(\S+)$/m.exec(readText('/proc/self/status'))?.[1],
    quota: cgroupQuota(),
  };
}
