// What a model consists of, computed from shapes alone.
import { inspect } from 'node:util';
import type { Surveyed, SurveyRow } from '../layers/layer.js';
import { inputField, type ReceptiveField } from '../layers/receptive_field.js';
import { entriesOf, type Shapes } from '../tensor/named.js';
import type { Side } from '../tensor/padding.js';
import { elementCount, formatShape, isShape, type Shape } from '../tensor/shape.js';
import type { Network } from './network.js';
import { compact, formatTable, grouped, type TableColumn } from './table.js';

/** One layer of a summary. */
export interface SummaryRow {
  /** Where the layer is: `'features.3'`. */
  readonly path: string;
  /** `'conv2d'` */
  readonly kind: string;
  /** The layer, or the merge where branches of a graph meet. */
  readonly layer: Surveyed;
  /** Without the batch; the first one, where branches meet. */
  readonly inputShape: Shape;
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
export class ModelSummary<Input extends Shapes = Shape, Output extends Shapes = Shape> {
  readonly inputShape: Input;
  readonly outputShape: Output;
  /** The layers in forward order. */
  readonly rows: readonly SummaryRow[];
  readonly trainableParameters: number;
  readonly otherParameters: number;
  /** Multiply-accumulates of a forward pass of one sample; a training step takes about three times as many. */
  readonly macs: number;

  constructor(network: Network<Input, Output>, inputShape: Input) {
    const rows: SummaryRow[] = [];
    const counted = new Set<Surveyed>();
    network.survey({ path: '', input: inputShape, receptiveField: inputField }, (row) => {
      rows.push(toRow(row, counted.has(row.layer)));
      counted.add(row.layer);
    });
    const total = (count: (row: SummaryRow) => number): number => rows.reduce((sum, row) => sum + count(row), 0);
    this.inputShape = inputShape;
    this.outputShape = network.outputShape(inputShape);
    this.rows = rows;
    this.trainableParameters = total((row) => row.trainableParameters);
    this.otherParameters = total((row) => row.otherParameters);
    this.macs = total((row) => row.macs);
  }

  /** The table: path, kind, output shape, padding (top,bottom×left,right), parameters, MACs, receptive field (jump). */
  toString(): string {
    const inputs = entriesOf<Shape>(this.inputShape, isShape).map(inputCells);
    const other = this.otherParameters > 0 ? ` + ${grouped(this.otherParameters)} not trainable` : '';
    return formatTable(
      columns,
      [...inputs, ...this.rows.map(cells)],
      `${grouped(this.trainableParameters)} parameters${other}, ${compact(this.macs)} multiply-accumulates per sample`,
    );
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
    layer,
    inputShape: input,
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

const columns: readonly TableColumn[] = [
  { heading: 'layer', numeric: false },
  { heading: 'kind', numeric: false },
  { heading: 'output', numeric: false },
  { heading: 'padding', numeric: false },
  { heading: 'parameters', numeric: true },
  { heading: 'MACs', numeric: true },
  { heading: 'receptive field', numeric: true },
];

function inputCells([name = '', shape]: readonly [string | undefined, Shape]): string[] {
  return [name, 'input', formatShape(shape), '', '', '', ''];
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
