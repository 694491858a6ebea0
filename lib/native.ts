/**
 * The native boundary: the one place where the addon is loaded, and the contract of what it offers.
 *
 * - A handle is an integer that names a buffer; 0 stands for "no buffer". Shapes live on this side only.
 * - Every op call enqueues on an in-order stream and returns at once. Calls take handles and numbers, in fixed order;
 *   whoever calls has checked them. Each file in `lib/ops/` declares the entries it uses by merging into {@link Native}.
 * - A released buffer's memory may be reused by the next call: everything that used it was enqueued before.
 * - `read` resolves when all calls before it have run, and rejects with {@link NativeError} if one of them failed.
 * - A call that cannot get memory throws {@link NativeError} at once; nothing has been enqueued then.
 */
import { createRequire } from 'node:module';
import { arch, platform } from 'node:process';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { TypedArray } from './tensor/dtype.js';
import { ArgumentError, ConvgradError, NativeError } from './tensor/errors.js';

/** Names a buffer on the native side. */
export type Handle = number;

/** Native memory of this thread's environment. */
export interface MemoryInfo {
  /** Bytes in use by buffers, rounded up as the allocator keeps them. */
  readonly liveBytes: number;
  /** The largest `liveBytes` so far. */
  readonly peakBytes: number;
  /** Bytes kept for reuse. */
  readonly cachedBytes: number;
  /** Number of live buffers, views included. */
  readonly liveBuffers: number;
}

/** The machine as the native side sees it. */
export interface SystemInfo {
  /** The instruction set the kernels use. */
  readonly isa: 'scalar' | 'avx2' | 'avx512' | 'avx512_bf16' | 'amx' | 'neon';
  /** The widest one the processor supports. */
  readonly detectedIsa: 'scalar' | 'avx2' | 'avx512' | 'avx512_bf16' | 'amx' | 'neon';
  /** What is wrong with the environment variable CONVGRAD_ISA. */
  readonly isaError?: string;
  /** Threads that compute, in this process. */
  readonly threads: number;
  /** Processors this process may use (affinity and cgroup quota). */
  readonly availableCpus: number;
  /** Data cache sizes in bytes; 0 where unknown. */
  readonly l1Bytes: number;
  readonly l2Bytes: number;
  readonly l3Bytes: number;
  /** Calls enqueued but not finished. */
  readonly pendingOps: number;
}

/** The addon's functions: buffers, memory and threads here, the ops merged in by `lib/ops/`. */
export interface Native {
  allocate(dtype: number, length: number): Handle;
  upload(data: TypedArray): Handle;
  alias(buffer: Handle): Handle;
  /** Whether another handle names the same memory. */
  shared(buffer: Handle): boolean;
  release(buffer: Handle): void;
  /** Releases the buffer when `owner` is garbage collected. */
  track(owner: object, buffer: Handle): void;
  untrack(buffer: Handle): void;
  read<A extends TypedArray>(buffer: Handle, destination: A): Promise<A>;
  synchronize(): Promise<unknown>;
  memory(): MemoryInfo;
  resetPeakMemory(): void;
  setMemoryLimit(bytes: number): void;
  trimMemory(): void;
  setThreads(threads: number): void;
  info(): SystemInfo;
  setErrorClass(errorClass: typeof NativeError): void;
  /** `collect` is called when much memory may wait for the garbage collector and the event loop is not being run. */
  setCollector(collect: (all: boolean) => void): void;
}

/** The package's root folder, where `prebuilds/` or a local `build/` lies. */
export const packageRoot: string = fileURLToPath(new URL('..', import.meta.url));

const require = createRequire(import.meta.url);

/** Why the addon could not be loaded, and what to do about it. */
function unavailable(cause: unknown): ConvgradError {
  const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined;
  const libc = platform === 'linux' ? (report?.header?.glibcVersionRuntime ? 'glibc' : 'musl') : 'none';
  const version = report?.header?.glibcVersionRuntime ?? '';
  return new ConvgradError(
    `convgrad has no binary for this machine (platform ${platform}, architecture ${arch}, libc ${libc} ${version}`.trimEnd() +
      '). Binaries are shipped for linux-x64 with glibc 2.28 or newer. ' +
      'To build one here, with a C++20 compiler and CMake: npx convgrad build',
    { cause },
  );
}

/** The file the addon was loaded from. @throws ConvgradError where there is none for this machine. */
export function resolveBinary(): string {
  try {
    return (require('node-gyp-build') as { resolve(dir: string): string }).resolve(packageRoot);
  } catch (cause) {
    throw unavailable(cause);
  }
}

let collector: ((options?: { type: 'minor' }) => void) | undefined;

/** V8's collector is reached through its `gc` extension, enabled when first needed. A minor collection takes about a millisecond. */
function collectGarbage(all: boolean): void {
  if (collector === undefined) {
    setFlagsFromString('--expose-gc');
    collector = runInNewContext('gc') as NonNullable<typeof collector>;
  }
  // The V8 of Node 20 takes every argument but its own options for true, which stands for minor; `{ type: 'major' }`, too.
  if (all) collector();
  else collector({ type: 'minor' });
}

function checkEnvironment(loaded: Native): void {
  const threads = process.env.CONVGRAD_THREADS;
  if (threads !== undefined && threads !== '' && !/^([1-9]|[1-9]\d|1\d\d|2[0-4]\d|25[0-6])$/.test(threads))
    throw new ArgumentError(`CONVGRAD_THREADS: expected an integer from 1 to 256, but received "${threads}"`);
  const { isaError, detectedIsa } = loaded.info();
  if (isaError !== undefined)
    throw new ArgumentError(`${isaError}: received "${process.env.CONVGRAD_ISA}", this processor has ${detectedIsa}`);
}

function load(): Native {
  const file = resolveBinary();
  let loaded: Native;
  try {
    loaded = require(file) as Native;
  } catch (cause) {
    throw unavailable(cause);
  }
  loaded.setErrorClass(NativeError);
  loaded.setCollector(collectGarbage);
  checkEnvironment(loaded);
  return loaded;
}

/** The loaded addon. */
export const native: Native = load();

/** Native memory used by this thread's tensors. */
export function memory(): MemoryInfo {
  return native.memory();
}

/** The instruction set, threads and caches in use. */
export function systemInfo(): SystemInfo {
  return native.info();
}

/**
 * Sets how many threads compute, for the whole process. The default is the number of available processors, or the
 * environment variable `CONVGRAD_THREADS`. Results do not depend on it.
 *
 * @param threads an integer from 1 to 256
 * @throws ArgumentError for anything else
 */
export function setThreads(threads: number): void {
  if (!Number.isInteger(threads) || threads < 1 || threads > 256)
    throw new ArgumentError(`setThreads: expected an integer from 1 to 256, but received ${threads}`);
  native.setThreads(threads);
}

/**
 * Limits the native memory this thread's tensors may take together; an allocation beyond it throws a NativeError.
 *
 * @param bytes the limit, or 0 for none (the default)
 * @throws ArgumentError for a negative or fractional number
 */
export function setMemoryLimit(bytes: number): void {
  if (!Number.isSafeInteger(bytes) || bytes < 0)
    throw new ArgumentError(`setMemoryLimit: expected a number of bytes >= 0, but received ${bytes}`);
  native.setMemoryLimit(bytes);
}

/** Resolves when all work enqueued so far has run. @throws NativeError if an operation among it failed. */
export async function synchronize(): Promise<void> {
  await native.synchronize();
}
