// Activations by name, Keras' and ours. Those of the same name that compute something else are not here: Keras' hard_sigmoid has
// two slopes, its leaky_relu two as well.
import type { ActivationName } from '../../layers/activations.js';
import type { KerasConfig } from './config.js';
import type { Refuse } from './converter.js';

const ours = new Map<unknown, ActivationName>([
  ['linear', 'none'],
  ['relu', 'relu'],
  ['relu6', 'relu6'],
  ['elu', 'elu'],
  ['selu', 'selu'],
  ['gelu', 'gelu'],
  ['swish', 'silu'],
  ['silu', 'silu'],
  ['mish', 'mish'],
  ['softplus', 'softplus'],
  ['sigmoid', 'sigmoid'],
  ['tanh', 'tanh'],
  ['softmax', 'softmax'],
]);
const keras = new Map([...ours].reverse().map(([theirs, name]) => [name, theirs as string])); // the first name of each

/** The activation of a layer. */
export function readActivation(config: KerasConfig): ActivationName {
  const given = config.get('activation') ?? 'linear';
  return (
    ours.get(given) ??
    config.fail(`has the activation ${JSON.stringify(given)}; expected one of ${[...ours.keys()].join(', ')}`)
  );
}

/** The name Keras has for an activation. */
export function writeActivation(name: ActivationName, refuse: Refuse): string {
  return keras.get(name) ?? refuse(`has the activation ${name}, which Keras does not have`);
}
