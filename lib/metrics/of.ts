// A metric of one of several outputs.
import { show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import { isTensor, type Named, partOf } from '../tensor/named.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Metric } from './metric.js';

/**
 * A metric of the output of that name, of a model with several. Called `'lengthAccuracy'` for `accuracy()` of `'length'`.
 *
 * Its target is the one of the same name; where the dataset has a single target, that one.
 *
 * @throws ArgumentError for a name that is none or something that is no metric; on a batch, for an output or target that is not there
 * @example
 * const { lengthAccuracy } = await model.evaluate(test, { loss, metrics: [metrics.of('length', metrics.accuracy())] });
 */
export function of<const Output extends string, Name extends string>(
  output: Output,
  metric: Metric<Name>,
): Metric<`${Output}${Capitalize<Name>}`, Readonly<Record<Output, Tensor>>, Tensor | Readonly<Record<Output, Tensor>>> {
  if (typeof output !== 'string' || output === '')
    throw new ArgumentError(`of: expected the name of an output, but received ${show(output)}`);
  if (typeof metric?.measure !== 'function' || typeof metric.value !== 'function' || typeof metric.name !== 'string')
    throw new ArgumentError(`of: expected a metric of ${output}, such as accuracy(), but received ${show(metric)}`);
  const name = output + metric.name.charAt(0).toUpperCase() + metric.name.slice(1);
  return {
    ...metric,
    name: name as `${Output}${Capitalize<Name>}`,
    measure(outputs: Named<Tensor>, targets: Tensor | Named<Tensor>) {
      if (isTensor(outputs)) throw new ArgumentError(`${name}: the model has a single output; give the metric itself`);
      return metric.measure(partOf(name, 'output', outputs, output), partOf(name, 'target', targets, output));
    },
    value: (sums, samples) => metric.value(sums, samples),
  };
}
