/** What users write themselves: an op with its own gradient in a layer of their own under `fit`, and the loop of the guide. */
import { readFile } from 'node:fs/promises';
import { transform } from 'esbuild';
import { describe, expect, it } from 'vitest';
import * as convgrad from '../../lib/index.js';
import {
  checkGradient,
  data,
  defineOp,
  layers,
  losses,
  ops,
  optimizers,
  type Shape,
  sequential,
  type Tensor,
} from '../../lib/index.js';
import { noise, values } from '../support/tensors.js';
import { weightsOf } from './support.js';

const images = Float32Array.from(noise(60 * 36, 7), (value, i) => value + (Math.floor(i / 36) % 3));
const labels = Int32Array.from({ length: 60 }, (_, i) => i % 3);
const train = data.fromArrays({ images, imageShape: [6, 6, 1], labels });

/** How often the gradient below was asked for. */
let calls = 0;

/** x · σ(x), its derivative σ(x) · (1 + x · (1 − σ(x))) written down by hand. */
const swishOp = defineOp({
  name: 'swish',
  forward([x]: [Tensor]) {
    const gate = ops.sigmoid(x);
    return { output: ops.multiply(x, gate), saved: { x, gate } };
  },
  backward: (dy, { x, gate }) => [
    () => {
      calls += 1;
      return ops.multiply(dy, ops.multiply(gate, ops.add(1, ops.multiply(x, ops.subtract(1, gate)))));
    },
  ],
});

class Swish extends layers.Layer {
  constructor() {
    super('swish', {});
  }

  override outputShape(input: Shape): Shape {
    return input;
  }

  override forward(x: Tensor): Tensor {
    return swishOp([x]);
  }
}

describe('an op of one’s own', () => {
  const net = (activation: layers.Layer) =>
    sequential({
      inputShape: [6, 6, 1] as Shape,
      layers: [
        layers.conv2d({ filters: 4, kernelSize: 3 }),
        activation,
        layers.flatten(),
        layers.dense({ units: 3 }),
      ] as readonly layers.Layer[],
    });

  it('has the gradient that differences give', async () => {
    await checkGradient((x) => swishOp([x]), [convgrad.tensor(noise(20), [4, 5])]);
  });

  it('trains under fit, as the library’s own does', async () => {
    const [own, theirs] = [net(new Swish()), net(layers.activation('silu'))];
    calls = 0;
    for (const model of [own, theirs]) {
      const { epochs } = await model.fit(train.batch(20), {
        epochs: 5,
        optimizer: optimizers.adam({ learningRate: 0.02 }),
        loss: losses.softmaxCrossEntropy,
      });
      expect(epochs.at(-1)?.train.loss).toBeLessThan((epochs[0]?.train.loss as number) / 2);
    }
    expect(calls).toBe(15);
    const expected = await weightsOf(theirs);
    for (const [i, weight] of (await weightsOf(own)).entries()) expect(weight).toBeCloseTo(expected[i] as number, 3);
  });

  it('that fails in its gradient ends fit with its error, and the model can be trained again', async () => {
    const failing = defineOp({
      name: 'failing',
      forward: ([x]: [Tensor]) => ({ output: ops.multiply(x, 1), saved: {} }),
      backward: () => [
        () => {
          throw new RangeError('no gradient today');
        },
      ],
    });
    const model = net(new Swish());
    const before = await weightsOf(model);
    const options = { epochs: 1, optimizer: optimizers.sgd({ learningRate: 0.1 }) };
    const loss = (output: Tensor, target: Tensor) => losses.softmaxCrossEntropy(failing([output]), target);
    await expect(model.fit(train.batch(20), { ...options, loss })).rejects.toThrow('no gradient today');
    expect(await weightsOf(model)).toEqual(before);
    await model.fit(train.batch(20), { ...options, loss: losses.softmaxCrossEntropy });
    expect(await weightsOf(model)).not.toEqual(before);
  });
});

describe('the loop of the guide', () => {
  const guide = new URL('../../docs/getting_started.md', import.meta.url);
  const snippet = async () =>
    /## Write the loop yourself\n+```ts\n([\s\S]*?)```/.exec(await readFile(guide, 'utf8'))?.[1] as string;
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;

  it('trains, in a dozen lines', async () => {
    const source = await snippet();
    expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(12);
    const { code } = await transform(source, { loader: 'ts' });
    const model = sequential({
      inputShape: [6, 6, 1],
      layers: [
        layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu' }),
        layers.flatten(),
        layers.dense({ units: 3 }),
      ],
    });
    const logged: number[] = [];
    const names = { ...convgrad, model, train, console: { log: (value: number) => logged.push(value) } };
    const loop = new AsyncFunction(...Object.keys(names), code) as (...given: unknown[]) => Promise<void>;
    for (let epoch = 0; epoch < 120; epoch++) await loop(...Object.values(names));
    expect(logged).toHaveLength(120); // one batch of 128 holds all
    expect(logged.at(-1)).toBeLessThan((logged[0] as number) / 2);
    expect(await values(model.forward(convgrad.tensor(images, [60, 6, 6, 1])))).toHaveLength(180);
  });
});
