/** Networks that are run end to end, and one step of theirs as a user would write it. */
import { valueAndGradients } from '../lib/autograd/gradients.js';
import type { Precision } from '../lib/autograd/precision.js';
import * as layers from '../lib/layers/index.js';
import { softmaxCrossEntropy } from '../lib/losses/index.js';
import type { ForwardOptions, Model, ModelOptions } from '../lib/models/model.js';
import { sequential } from '../lib/models/sequential.js';
import { synchronize } from '../lib/native.js';
import { sgd } from '../lib/optimizers/index.js';
import { Random } from '../lib/tensor/random.js';
import { scope } from '../lib/tensor/scope.js';
import { type Tensor, tensor } from '../lib/tensor/tensor.js';
import { forwardIn } from '../lib/training/forward_in.js';
import { resnet } from '../lib/zoo/resnet.js';
import { resnetCifar } from '../lib/zoo/resnet_cifar.js';
import { vgg } from '../lib/zoo/vgg.js';
import { type FloatDType, noise } from './kernels.js';
import { time, type Workload } from './workload.js';

/** Of a network's parameters; what is bfloat16 is what flows between the layers. */
type ParameterDType = NonNullable<ModelOptions['dtype']>;

/** A network and the batch it is trained with: images [batch, size, size, channels]. */
export interface NetworkCase {
  readonly name: string;
  readonly batch: number;
  readonly size: number;
  readonly channels: number;
  readonly classes: number;
  build(dtype: ParameterDType): Model;
}

const conv = <const F extends number, const K extends number>(filters: F, kernelSize: K) =>
  layers.conv2d({ filters, kernelSize, padding: 'same', activation: 'relu' });
const pool = () => layers.maxPool2d({ poolSize: 2 });

function lenet(dtype: ParameterDType): Model {
  return sequential({
    inputShape: [28, 28, 1],
    layers: [
      conv(32, 5),
      pool(),
      conv(64, 5),
      pool(),
      layers.flatten(),
      layers.dense({ units: 512, activation: 'relu' }),
      layers.dense({ units: 10 }),
    ],
    dtype,
  });
}

function vggCifar(dtype: ParameterDType): Model {
  return sequential({
    inputShape: [32, 32, 3],
    layers: [
      conv(32, 3),
      conv(32, 3),
      pool(),
      conv(64, 3),
      conv(64, 3),
      pool(),
      conv(128, 3),
      conv(128, 3),
      pool(),
      layers.flatten(),
      layers.dense({ units: 256, activation: 'relu' }),
      layers.dense({ units: 10 }),
    ],
    dtype,
  });
}

function alexnet(dtype: ParameterDType): Model {
  const dense = (units: number) => layers.dense({ units, activation: 'relu' });
  const wide = () => layers.maxPool2d({ poolSize: 3, strides: 2 });
  return sequential({
    inputShape: [224, 224, 3],
    layers: [
      layers.conv2d({ filters: 64, kernelSize: 11, strides: 4, padding: 2, activation: 'relu' }),
      wide(),
      conv(192, 5),
      wide(),
      conv(384, 3),
      conv(256, 3),
      conv(256, 3),
      wide(),
      layers.flatten(),
      layers.dropout({ rate: 0.5 }),
      dense(4096),
      layers.dropout({ rate: 0.5 }),
      dense(4096),
      layers.dense({ units: 1000 }),
    ],
    dtype,
  });
}

/** Every network, in the order it is run. */
export const networkCases: readonly NetworkCase[] = [
  { name: 'lenet', batch: 128, size: 28, channels: 1, classes: 10, build: lenet },
  { name: 'vgg-cifar', batch: 128, size: 32, channels: 3, classes: 10, build: vggCifar },
  {
    name: 'resnet20',
    batch: 128,
    size: 32,
    channels: 3,
    classes: 10,
    build: (dtype) => resnetCifar({ depth: 20, shortcut: 'B', dtype }),
  },
  {
    name: 'resnet18',
    batch: 16,
    size: 224,
    channels: 3,
    classes: 1000,
    build: (dtype) => resnet({ depth: 18, dtype }),
  },
  { name: 'vgg11', batch: 8, size: 224, channels: 3, classes: 1000, build: (dtype) => vgg({ depth: 11, dtype }) },
  { name: 'alexnet', batch: 32, size: 224, channels: 3, classes: 1000, build: alexnet },
];

/** What is done with a network: a whole training step, or the forward pass alone, as for users of a trained model. */
export const networkPasses = ['training', 'inference'] as const;

export type NetworkPass = (typeof networkPasses)[number];

/** One pass of a network on a random batch. Each result is waited for two steps later, as `fit` does. */
abstract class NetworkWorkload implements Workload {
  protected readonly model: Model;
  protected readonly x: Tensor;
  readonly #precision: Precision;

  constructor({ batch, size, channels, build }: NetworkCase, dtype: FloatDType) {
    const wide = dtype === 'bfloat16' ? 'float32' : dtype;
    this.model = build(wide);
    this.x = tensor(noise(batch * size * size * channels, wide), [batch, size, size, channels]);
    this.#precision = dtype === 'bfloat16' ? 'bfloat16' : 'float32';
  }

  /** The outputs, as `fit` and `predict` have them computed. */
  protected forward(options: ForwardOptions = {}): Tensor {
    return forwardIn(this.#precision, () => this.model.forward(this.x, options));
  }

  /** Enqueues one step, and resolves when it has been computed. */
  abstract step(): Promise<unknown>;

  run(calls: number): Promise<number> {
    return time(async () => {
      const steps: Promise<unknown>[] = [];
      for (let call = 0; call < calls; call++) {
        steps.push(this.step());
        await steps[call - 2];
      }
      await Promise.all(steps);
      await synchronize();
    });
  }

  dispose(): void {
    this.model.dispose();
    this.x.dispose();
  }
}

/** Forward, loss, backward, and SGD with momentum; each loss is read. */
export class TrainingWorkload extends NetworkWorkload {
  readonly #labels: Tensor;
  readonly #optimizer = sgd({ learningRate: 1e-3, momentum: 0.9 });

  constructor(of: NetworkCase, dtype: FloatDType) {
    super(of, dtype);
    const random = new Random(7);
    this.#labels = tensor(Int32Array.from({ length: of.batch }, () => random.integer(of.classes)));
  }

  override step(): Promise<number> {
    const parameters = this.model.parameters.filter(({ trainable }) => trainable);
    const { value, gradients } = valueAndGradients(
      () => softmaxCrossEntropy(this.forward({ training: true }), this.#labels),
      parameters,
    );
    this.#optimizer.step(parameters, gradients);
    for (const gradient of gradients) gradient.dispose();
    const loss = value.item();
    value.dispose();
    return loss;
  }

  override dispose(): void {
    super.dispose();
    this.#labels.dispose();
    this.#optimizer.dispose();
  }
}

/** The forward pass of a trained network; each output is read. */
export class InferenceWorkload extends NetworkWorkload {
  override step(): Promise<unknown> {
    const output = scope(() => this.forward());
    const values = output.data();
    output.dispose();
    return values;
  }
}

/** The workload of a pass. */
export function networkWorkload(of: NetworkCase, pass: NetworkPass, dtype: FloatDType): Workload {
  return pass === 'training' ? new TrainingWorkload(of, dtype) : new InferenceWorkload(of, dtype);
}
