// What the adaptive pooling layers of sequences share: the length of the output.
import { checkInteger, checkOptions } from '../tensor/arguments.js';
import type { SequenceResized } from '../tensor/pool_shape_types.js';
import type { Shape } from '../tensor/shape.js';
import { checkSequence } from './image.js';
import { Layer, type LayerOptions } from './layer.js';
import type { ShapeRule } from './shape_rule.js';

/** Options of `adaptiveAveragePool1d` and `adaptiveMaxPool1d`. */
export interface AdaptivePool1dOptions<Size extends number = number> extends LayerOptions {
  /** Length of the output. */
  readonly outputSize: Size;
}

interface AdaptivePool1dRule<Kind extends string, Size extends number> extends ShapeRule {
  readonly output: SequenceResized<Kind, this['input'], Size>;
}

/** An adaptive pooling layer of sequences. */
export abstract class AdaptivePool1d<Kind extends string = string, Size extends number = number> extends Layer<
  AdaptivePool1dRule<Kind, Size>
> {
  readonly outputSize: number;

  constructor(kind: Kind, options: AdaptivePool1dOptions) {
    checkOptions(kind, options, ['name', 'outputSize']);
    super(kind, options);
    checkInteger(kind, 'outputSize', options.outputSize);
    this.outputSize = options.outputSize;
  }

  override outputShape(input: Shape): Shape {
    return [this.outputSize, checkSequence(this.kind, input)[1]];
  }

  /** Windows differ in extent: what a unit sees is not one field. */
  override receptiveField(): undefined {
    return undefined;
  }
}
