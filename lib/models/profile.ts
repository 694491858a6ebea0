// What the layers of a model take in a training step: time, operations and bytes, of the forward and of the backward pass.
import { inspect } from 'node:util';
import type { Precision } from '../autograd/precision.js';
import { formatShape, type Shape } from '../tensor/shape.js';
import { compact, formatTable, type TableColumn } from './table.js';

/** Options of `model.profile`. */
export interface ProfileOptions {
  /** Samples of the random batch that is taken where no `x` is given, default 32. */
  readonly batch?: number;
  /** How often each layer runs, after a first time that does not count; medians are reported. Default 5. */
  readonly repetitions?: number;
  /** The arithmetic of convolutions and matrix products, default `'float32'`; see `fit`. */
  readonly precision?: Precision;
}

/** What one pass takes. */
export interface PassProfile {
  /** From the call to the end of the work. */
  readonly milliseconds: number;
  /** Floating-point operations of the multiply-accumulates, two each; 0 for layers that have none to count. */
  readonly operations: number;
  /** 10⁹ operations per second. */
  readonly gflops: number;
  /** Bytes of everything read and of everything written, each once: what moves unless it stays in a cache. Views count as copies. */
  readonly bytes: number;
}

/** One layer of a profile, or two that run as one. */
export interface ProfileRow {
  /** Where the layer is: `'features.3'`. */
  readonly path: string;
  /** `'conv2d'`; `'conv2d + relu'` where the activation after it runs in its epilogue. */
  readonly kind: string;
  /** Paths of the layers that run in this one's epilogue. */
  readonly fused: readonly string[];
  /** Without the batch. */
  readonly outputShape: Shape;
  readonly forward: PassProfile;
  /** Gradients by the parameters and by the inputs; undefined where training asks for neither. */
  readonly backward: PassProfile | undefined;
}

/** The layers of a model with what each takes alone, and their totals; prints as a table. */
export class ModelProfile {
  /** Samples that went through. */
  readonly batch: number;
  /** The layers in forward order. */
  readonly rows: readonly ProfileRow[];
  /** Sums over the layers. */
  readonly forward: PassProfile;
  readonly backward: PassProfile;

  constructor(batch: number, rows: readonly ProfileRow[]) {
    this.batch = batch;
    this.rows = rows;
    this.forward = total(rows.map(({ forward }) => forward));
    this.backward = total(rows.flatMap(({ backward }) => backward ?? []));
  }

  /** The table: path, kind and output shape; milliseconds, GFLOP/s and megabytes of each pass; the share of the whole time. */
  toString(): string {
    const { forward, backward } = this;
    const whole = forward.milliseconds + backward.milliseconds;
    const closing =
      `${this.batch} samples: ${whole.toFixed(2)} ms, ${sentence('forward', forward)}, ${sentence('backward', backward)}; ` +
      `${compact(forward.operations + backward.operations)} operations`;
    return formatTable(
      columns,
      this.rows.map((row) => cells(row, whole)),
      closing,
    );
  }

  /** `console.log` prints the table. @internal */
  [inspect.custom](): string {
    return this.toString();
  }
}

/** What a pass takes, with its rate. */
export function passProfile(milliseconds: number, operations: number, bytes: number): PassProfile {
  return { milliseconds, operations, gflops: operations === 0 ? 0 : operations / milliseconds / 1e6, bytes };
}

function total(passes: readonly PassProfile[]): PassProfile {
  const sum = (of: (pass: PassProfile) => number): number => passes.reduce((soFar, pass) => soFar + of(pass), 0);
  return passProfile(
    sum(({ milliseconds }) => milliseconds),
    sum(({ operations }) => operations),
    sum(({ bytes }) => bytes),
  );
}

const passHeadings = (name: string): string[] => [`${name} ms`, 'GFLOP/s', 'MB'];

const columns: readonly TableColumn[] = [
  ...['layer', 'kind', 'output'].map((heading) => ({ heading, numeric: false })),
  ...[...passHeadings('forward'), ...passHeadings('backward'), 'time'].map((heading) => ({ heading, numeric: true })),
];

function cells({ path, kind, outputShape, forward, backward }: ProfileRow, whole: number): string[] {
  const share = (100 * (forward.milliseconds + (backward?.milliseconds ?? 0))) / whole;
  return [path, kind, formatShape(outputShape), ...passCells(forward), ...passCells(backward), `${share.toFixed(1)} %`];
}

function passCells(pass: PassProfile | undefined): string[] {
  if (!pass) return ['', '', ''];
  const { milliseconds, gflops, bytes } = pass;
  return [milliseconds.toFixed(3), gflops === 0 ? '' : gflops.toFixed(1), (bytes / 1e6).toFixed(2)];
}

function sentence(name: string, { milliseconds, gflops }: PassProfile): string {
  return `${name} ${milliseconds.toFixed(2)} ms at ${gflops.toFixed(1)} GFLOP/s`;
}
