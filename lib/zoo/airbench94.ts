// airbench94, Jordan 2024, "94 % on CIFAR-10 in 3.29 seconds on a single GPU": https://arxiv.org/abs/2404.00498
//
//   24@2×2 whitening · three blocks (3×3 → maximum 2×2 → BN → GELU → 3×3 → BN → GELU) of 64, 256, 256 · maximum 3×3 · classes / 9
import { zeros } from '../initializers/constant.js';
import { dirac } from '../initializers/dirac.js';
import { kaimingUniform } from '../initializers/he.js';
import type { Initializer } from '../initializers/initializer.js';
import { type WhiteningImages, whitening } from '../initializers/whitening.js';
import * as layers from '../layers/index.js';
import type { Model } from '../models/model.js';
import { add, multiply } from '../ops/index.js';
import { Parameter } from '../tensor/parameter.js';
import type { Shape } from '../tensor/shape.js';
import { type Tensor, tensor } from '../tensor/tensor.js';
import { type NetworkOptions, planNetwork } from './network.js';

/** Options of `airbench94`. */
export interface Airbench94Options extends NetworkOptions {
  /**
   * Images, normalised as the network sees them, whose 2×2 patches the first layer's filters decorrelate; the paper takes 5000.
   * Without them the filters are random. Either way they are frozen.
   */
  readonly whiten?: WhiteningImages;
}

/** Logits times a constant, which makes the loss gentler. */
class Scale extends layers.Layer {
  readonly factor: number;

  constructor(factor: number) {
    super('scale', {});
    this.factor = factor;
  }

  override outputShape(input: Shape): Shape {
    return input;
  }

  override forward(x: Tensor): Tensor {
    return multiply(x, tensor([this.factor], [1], x.dtype));
  }
}

/** The identity in as many filters as there are inputs, PyTorch's default in the others: a residual connection without one. */
const passing: Initializer = (filter, random) => {
  const { shape, dtype } = filter;
  const [inputs = 0, filters = 0] = shape.slice(-2);
  const others = tensor(
    Array.from({ length: filters }, (_, index) => (index < inputs ? 0 : 1)),
    [filters],
    dtype,
  );
  const identity = new Parameter('identity', shape, { dtype });
  dirac()(identity, random);
  kaimingUniform(Math.sqrt(5))(filter, random);
  filter.assign(add(multiply(filter, others), identity));
};

function block(index: number, filters: number): layers.Layer {
  const conv = (name: string): layers.Layer =>
    layers.conv2d({ filters, kernelSize: 3, padding: 'same', bias: false, filterInitializer: passing, name });
  const norm = (name: string): layers.Layer => layers.batchNorm({ epsilon: 1e-12, momentum: 0.4, name });
  const gelu = (): layers.Layer => layers.activation('gelu');
  const parts: readonly layers.Layer[] = [
    conv('conv1'),
    layers.maxPool2d({ poolSize: 2, name: 'pool' }),
    norm('norm1'),
    gelu(),
    conv('conv2'),
    norm('norm2'),
    gelu(),
  ];
  return layers.sequential(parts, { name: `block${index}` });
}

/**
 * The network that reaches 94 % on CIFAR-10 in ten epochs. The whitening filters and the scales of its batch norms are frozen.
 *
 * 1.97 million parameters at [32, 32, 3], the default, allocated at once. The paper trains it with Nesterov SGD (momentum 0.85),
 * label smoothing 0.2, batches of 1024, 64 times the learning rate on batch norms' shifts, and the first bias for 3 epochs.
 *
 * @throws ArgumentError for an invalid or unknown option, ShapeError for images or an `inputShape` that do not fit.
 * @example
 * const model = zoo.airbench94({ whiten: { data, shape: [5000, 32, 32, 3] } });
 */
export function airbench94(options: Airbench94Options = {}): Model {
  const defaults = { classes: 10, inputShape: [32, 32, 3] };
  const { classes, inputShape, wide, build } = planNetwork('airbench94', options, defaults, ['whiten']);
  const { whiten } = options;
  const model = build([
    layers.conv2d({
      filters: 2 * 2 * 2 * inputShape[2],
      kernelSize: 2,
      biasInitializer: zeros,
      ...(whiten && { filterInitializer: whitening(whiten) }),
      name: 'whiten',
    }),
    layers.activation('gelu'),
    ...[64, 256, 256].map((filters, index) => block(index + 1, wide(filters))),
    layers.maxPool2d({ poolSize: 3, name: 'pool' }),
    layers.flatten({ name: 'flatten' }),
    layers.dense({ units: classes, bias: false, name: 'output' }),
    new Scale(1 / 9),
  ]);
  for (const [path, parameter] of model.namedParameters())
    if (path === 'whiten.filter' || path.endsWith('.gamma')) parameter.trainable = false;
  return model;
}
