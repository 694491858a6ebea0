// loss = Σₖ weightₖ · lossₖ(outputₖ, targetₖ)  over the outputs of a model
import { add } from '../ops/add.js';
import { multiply } from '../ops/multiply.js';
import { checkNumber, show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import { isRecord, isTensor, type Named, partOf } from '../tensor/named.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Loss } from './loss.js';

/** The loss of one output, alone or with its weight in the sum; the weight is 1 by default. */
export type LossTerm = Loss | readonly [loss: Loss, weight: number];

/**
 * The loss of models with several outputs: a weighted sum of one loss per output. Outputs without a loss are left out.
 *
 * @param terms for each output by name, its loss, or its loss and weight. The target of a loss is the one of the same name; where
 *   the dataset has a single target, all losses share it
 * @throws ArgumentError for terms that are no losses; on a batch, for an output or target that is not there
 * @example
 * const { softmaxCrossEntropy, weighted } = losses; // GoogLeNet with its two auxiliary classifiers
 * const loss = weighted({ main: softmaxCrossEntropy, side1: [softmaxCrossEntropy, 0.3], side2: [softmaxCrossEntropy, 0.3] });
 */
export function weighted<Name extends string>(
  terms: Readonly<Record<Name, LossTerm>>,
): Loss<Readonly<Record<Name, Tensor>>, Tensor | Readonly<Record<Name, Tensor>>> {
  if (!isRecord(terms) || Object.keys(terms).length === 0)
    throw new ArgumentError(`weighted: expected a loss per output, { main: loss, … }, but received ${show(terms)}`);
  const checked = Object.entries(terms).map(([name, term]) => [name, ...checkTerm(name, term)] as const);
  return (outputs: Named<Tensor>, targets: Tensor | Named<Tensor>) => {
    if (isTensor(outputs)) throw new ArgumentError('weighted: the model has a single output; give fit the loss itself');
    return checked
      .map(([name, loss, weight]) => {
        const value = loss(partOf('weighted', 'output', outputs, name), partOf('weighted', 'target', targets, name));
        return weight === 1 ? value : multiply(value, weight);
      })
      .reduce((sum, value) => add(sum, value));
  };
}

function checkTerm(name: string, term: unknown): readonly [Loss, number] {
  const [loss, weight = 1, ...rest] = Array.isArray(term) ? term : [term];
  if (typeof loss !== 'function' || rest.length > 0)
    throw new ArgumentError(`weighted: ${name} must be a loss or [loss, weight], but received ${show(term)}`);
  checkNumber('weighted', `the weight of ${name}`, weight);
  return [loss as Loss, weight];
}
