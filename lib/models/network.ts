// What a model runs: a layer, or a graph of them with several inputs or outputs.
import type { BuildContext, LayerContext, SurveyRow, SurveyState } from '../layers/layer.js';
import type { Shapes, TensorsOf } from '../tensor/named.js';
import type { Parameter } from '../tensor/parameter.js';
import type { Shape } from '../tensor/shape.js';

/** What a model asks of its network. Every layer is one. */
export interface Network<Input extends Shapes = Shape, Output extends Shapes = Shape> {
  /** Shapes of the outputs, all without the batch. @throws ShapeError where a layer does not fit. */
  outputShape(input: Input): Output;
  /** Allocates and initialises the parameters. */
  build(input: Input, context: BuildContext): void;
  /** By path; empty before `build`. */
  readonly parameters: ReadonlyMap<string, Parameter>;
  /** The outputs for a batch. */
  forward(x: TensorsOf<Input>, context: LayerContext): TensorsOf<Output>;
  /** Visits the layers in forward order. */
  survey(at: SurveyState<Input>, visit: (row: SurveyRow) => void): unknown;
}
