// A network with the weights that scripts/oracle/networks.py wrote, and how far its numbers are from PyTorch's.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { valueAndGradients } from '../../lib/autograd/gradients.js';
import { decodeSafetensors, type NamedArray } from '../../lib/formats/safetensors.js';
import { type LoadTorchOptions, loadTorchWeights } from '../../lib/io/index.js';
import { torchLayout, toTorch } from '../../lib/io/torch_layout.js';
import { softmaxCrossEntropy } from '../../lib/losses/index.js';
import type { Model } from '../../lib/models/model.js';
import { tensor } from '../../lib/tensor/tensor.js';
import * as zoo from '../../lib/zoo/index.js';

/** Euclidean distance of `given` from `expected`, over the length of `expected`. */
export function relativeError(given: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [difference, length] = [0, 0];
  for (let index = 0; index < Math.max(given.length, expected.length); index++) {
    const wanted = expected[index] ?? Number.NaN;
    difference += ((given[index] ?? Number.NaN) - wanted) ** 2;
    length += wanted ** 2;
  }
  return Math.sqrt(difference / length);
}

async function readExpected(folder: string, name: string): Promise<(array: string) => NamedArray> {
  const file = path.join(folder, `${name}.expected.safetensors`);
  const { arrays } = decodeSafetensors(await readFile(file), file);
  return (array) => {
    const found = arrays.get(array);
    if (found === undefined) throw new Error(`${file} has no ${array}`);
    return found;
  };
}

/** How far the logits for an image are from PyTorch's. */
export async function compareLogits(
  folder: string,
  name: string,
  model: Model,
  options: LoadTorchOptions = {},
): Promise<number> {
  await loadTorchWeights(model, path.join(folder, `${name}.safetensors`), options);
  const expected = await readExpected(folder, name);
  const { data, shape } = expected('x');
  const logits = await model.forward(tensor(Float32Array.from(data), shape)).data();
  return relativeError(logits, expected('logits').data);
}

/** A model in float64, its loss, and its trained parameters by their names in PyTorch. */
const steps = {
  resnet18: () => {
    const model = zoo.resnet({ depth: 18, dtype: 'float64' });
    return { model, loss: softmaxCrossEntropy };
  },
  googlenet_auxiliary: () => {
    const options = { variant: 'torchvision', dropout: 0, auxiliaryDropout: 0, dtype: 'float64' } as const;
    return { model: zoo.googlenetWithAuxiliary(options), loss: zoo.googlenetLoss };
  },
};

/** How far loss and gradients of one training step are from PyTorch's: the loss, and the worst parameter. */
export async function compareGradients(folder: string, name: keyof typeof steps) {
  const { model, loss } = steps[name]() as { model: Model; loss: typeof softmaxCrossEntropy };
  await loadTorchWeights(model, path.join(folder, `${name}.safetensors`));
  const expected = await readExpected(folder, name);
  const { data, shape } = expected('x');
  const x = tensor(data, shape);
  const labels = tensor(Int32Array.from({ length: shape[0] as number }, (_, index) => index));
  const entries = torchLayout('compareGradients', model).filter(({ parameter }) => parameter.trainable);
  const { value, gradients } = valueAndGradients(
    () => loss(model.forward(x, { training: true }), labels),
    entries.map(({ parameter }) => parameter),
  );
  const worst = { name: '', error: 0 };
  for (const [index, entry] of entries.entries()) {
    const given = await toTorch(gradients[index] as (typeof gradients)[number], entry).data();
    const error = relativeError(given, expected(`gradient of ${entry.name}`).data);
    if (!(error <= worst.error)) Object.assign(worst, { name: entry.name, error });
  }
  const lossError = relativeError([await value.item()], expected('loss').data);
  return { parameters: entries.length, loss: lossError, worst };
}

/** The networks whose logits are compared. */
export const networks: Readonly<Record<string, { build: () => Model; options?: LoadTorchOptions }>> = {
  vgg19: { build: () => zoo.vgg() },
  vgg11_bn: { build: () => zoo.vgg({ depth: 11, batchNorm: true }) },
  resnet50: { build: () => zoo.resnet() },
  googlenet: { build: () => zoo.googlenet({ variant: 'torchvision' }) },
  alexnet: { build: () => zoo.alexnetOneTower() },
  mobilenet_v2: { build: () => zoo.mobilenetV2() },
};

/** The networks whose gradients are compared. */
export const trained = Object.keys(steps) as (keyof typeof steps)[];
