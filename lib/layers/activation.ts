// Elementwise activation:  y = f(x)
import { checkOptions } from '../tensor/arguments.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { type ActivationName, activate, checkActivation } from './activations.js';
import { type Epilogue, Layer, type LayerOptions } from './layer.js';
import type { SameShape } from './shape_rule.js';

/** The layer that `activation` makes. */
export class Activation extends Layer<SameShape> {
  readonly activation: ActivationName;

  constructor(activation: ActivationName, options: LayerOptions = {}) {
    checkActivation('activation', activation);
    checkOptions('activation', options, ['name']);
    super('activation', options);
    this.activation = activation;
  }

  override get epilogue(): Epilogue | undefined {
    return this.activation === 'relu' ? 'relu' : undefined;
  }

  override outputShape(input: Shape): Shape {
    return input;
  }

  override forward(x: Tensor): Tensor {
    return activate(this.activation, x);
  }
}

/**
 * Applies an activation to every element. After a convolution or dense layer, `'relu'` costs nothing: the two run as one.
 *
 * @throws ArgumentError for a name that is no activation.
 * @example
 * layers.activation('relu')
 */
export function activation(name: ActivationName, options?: LayerOptions): Activation {
  return new Activation(name, options);
}
