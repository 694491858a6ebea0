// What a model consists of, computed from shapes alone.
import { inspect } from 'node:util';
import type { Layer, SurveyRow } from '../layers/layer.js';
import { inputField, type ReceptiveField } from '../layers/receptive_field.js';
import type { Side } from '../tensor/padding.js';
import { elementCount, formatShape, type Shape } from '../tensor/shape.js';

/** One layer of a summary. */
export interface SummaryRow {
  /** Where the layer is: `'features.3'`. */
  readonly path: string;
  /** `'conv2d'` */
  readonly kind: string;
  /** Without the batch. */
  readonly outputShape: Shape;
  /** Zeros before and after, per axis, as resolved for this input; undefined where there is no window. */
  readonly padding: { readonly h: Side; readonly w: Side } | undefined;
  readonly trainableParameters: number;
  /** Running statistics and the like. */
  readonly otherParameters: number;
  /** Multiply-accumulates of a forward pass of one sample. */
  readonly macs: number;
  /** Of the output; undefined once every unit sees the whole input. */
  readonly receptiveField: ReceptiveField | undefined;
}

/** The layers of a model and their totals; prints as a table. */
export class ModelSummary {
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  /** The layers in forward order. */
  readonly rows: readonly SummaryRow[];
  readonly trainableParameters: number;
  readonly otherParameters: number;
  /** Multiply-accumulates of a forward pass of one sample; a training step takes about three times as many. */
  readonly macs: number;

  constructor(layer: Layer, inputShape: Shape) {
    const rows: SummaryRow[] = [];
    const counted = new Set<Layer>();
    layer.survey({ path: '', input: inputShape, receptiveField: inputField }, (row) => {
      rows.push(toRow(row, counted.has(row.layer)));
      counted.add(row.layer);
    });
    const total = (count: (row: SummaryRow) => number): number => rows.reduce((sum, row) => sum + count(row), 0);
    this.inputShape = inputShape;
    this.outputShape = layer.outputShape(inputShape);
    this.rows = rows;
    this.trainableParameters = total((row) => row.trainableParameters);
    this.otherParameters = total((row) => row.otherParameters);
    this.macs = total((row) => row.macs);
  }

  /** The table: path, kind, output shape, padding (top,bottom×left,right), parameters, MACs, receptive field (jump). */
  toString(): string {
    const header = ['layer', 'kind', 'output', 'padding', 'parameters', 'MACs', 'receptive field'];
    const table = [header, ['', 'input', formatShape(this.inputShape), '', '', '', ''], ...this.rows.map(cells)];
    const widths = header.map((_, column) => Math.max(...table.map((row) => (row[column] as string).length)));
    const lines = table.map((row) =>
      row
        .map((cell, column) => align(cell, widths[column] as number, column))
        .join('  ')
        .trimEnd(),
    );
    lines.splice(1, 0, '─'.repeat(Math.max(...lines.map((line) => line.length))));
    const other = this.otherParameters > 0 ? ` + ${grouped(this.otherParameters)} not trainable` : '';
    lines.push(
      lines[1] as string,
      `${grouped(this.trainableParameters)} parameters${other}, ${compact(this.macs)} multiply-accumulates per sample`,
    );
    return lines.join('\n');
  }

  /** `console.log` prints the table. @internal */
  [inspect.custom](): string {
    return this.toString();
  }
}

function toRow({ path, layer, input, output, receptiveField }: SurveyRow, shared: boolean): SummaryRow {
  const window = layer.window(input);
  let trainableParameters = 0;
  let otherParameters = 0;
  // A layer that stands in two places has its parameters once; a container's are its children's.
  for (const { shape, trainable } of shared ? [] : Object.values(layer.parameterSpecs(input))) {
    if (trainable) trainableParameters += elementCount(shape);
    else otherParameters += elementCount(shape);
  }
  return {
    path,
    kind: layer.kind,
    outputShape: output,
    padding: window && {
      h: [window.height.before, window.height.after],
      w: [window.width.before, window.width.after],
    },
    trainableParameters,
    otherParameters,
    macs: layer.macs(input),
    receptiveField,
  };
}

const numeric = new Set([4, 5, 6]);

function align(cell: string, width: number, column: number): string {
  return numeric.has(column) ? cell.padStart(width) : cell.padEnd(width);
}

function cells(row: SummaryRow): string[] {
  const { padding, trainableParameters, otherParameters } = row;
  const parameters = trainableParameters + otherParameters;
  return [
    row.path,
    row.kind,
    formatShape(row.outputShape),
    padding ? `${padding.h.join(',')}×${padding.w.join(',')}` : '',
    parameters > 0 ? grouped(parameters) : '',
    row.macs > 0 ? compact(row.macs) : '',
    fieldText(row.receptiveField),
  ];
}

function fieldText(field: ReceptiveField | undefined): string {
  if (!field) return 'all';
  const { height, width } = field;
  const size = height.size === width.size ? height.size : `${height.size}×${width.size}`;
  const jump = height.jump === width.jump ? height.jump : `${height.jump}×${width.jump}`;
  return `${size} (${jump})`;
}

const grouped = (count: number): string => count.toLocaleString('en-US');

function compact(count: number): string {
  for (const [unit, letter] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (count >= unit) return `${(count / unit).toPrecision(4)} ${letter}`;
  }
  return String(count);
}
