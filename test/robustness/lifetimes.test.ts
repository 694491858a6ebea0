/** Who owns memory when things go wrong, or are done in unusual ways: nothing is released twice, too early, or never. */
import { describe, expect, it } from 'vitest';
import {
  type data,
  defineOp,
  losses,
  memory,
  ones,
  ops,
  optimizers,
  Parameter,
  scope,
  setMemoryLimit,
  type Tensor,
  tensor,
  valueAndGradients,
} from '../../lib/index.js';
import { fit } from '../../lib/training/index.js';
import { values } from '../support/tensors.js';
import { liveBuffers, samples, smallNet } from './support.js';

function parameter(name: string, ...numbers: number[]): Parameter {
  const made = new Parameter(name, [numbers.length]);
  made.assign(Float32Array.from(numbers));
  return made;
}

describe('shapes', () => {
  it('of tensors are their own: changing the array they came from changes nothing', async () => {
    const shape = [2, 2];
    const x = tensor([1, 2, 3, 4], shape);
    shape[0] = 1_000_000;
    expect(x.shape).toEqual([2, 2]);
    expect(() => (x.shape as number[]).fill(9)).toThrow(TypeError);
    expect(await values(ops.relu(x))).toEqual([1, 2, 3, 4]);
  });
});

describe('what is made of a parameter', () => {
  it.each<[string, (w: Parameter) => Tensor]>([
    ['reshape', (w) => ops.reshape(w, [1, 1])],
    ['sum', (w) => ops.sum(w)],
    ['mean', (w) => ops.mean(w)],
    ['max', (w) => ops.max(w)],
    ['transpose', (w) => ops.transpose(w)],
    ['broadcastTo', (w) => ops.broadcastTo(w, [1])],
    ['pad', (w) => ops.pad(w, [[0, 0]])],
    ['flip', (w) => ops.flip(w, [])],
  ])('%s does not change when the parameter is overwritten', async (_, make) => {
    const w = parameter('w', 5);
    const made = make(w);
    w.assign(Float32Array.of(7));
    expect(await values(made)).toEqual([5]);
  });
});

describe('gradients', () => {
  const own = (backward: (dy: Tensor) => readonly (() => Tensor)[]) =>
    defineOp({ name: 'own', forward: ([a, b]: [Tensor, Tensor]) => ({ output: ops.add(a, b) }), backward });

  it('may be one tensor for two inputs', async () => {
    const op = own((dy) => {
      const both = ops.multiply(dy, 3);
      return [() => both, () => both];
    });
    const [a, b] = [ones([2]), ones([2])];
    const { gradients } = valueAndGradients(() => ops.sum(op([ops.negate(a), ops.exp(b)])), [a, b]);
    expect(await values(gradients[0] as Tensor)).toEqual([-3, -3]);
    expect((await values(gradients[1] as Tensor))[0]).toBeCloseTo(3 * Math.E, 5);
  });

  it('may be a parameter, which an optimizer then must not release with the gradient', async () => {
    const [k, w] = [parameter('k', 3, 4), parameter('w', 1, 1)];
    const op = own(() => [() => k, () => k]);
    const { gradients } = valueAndGradients(() => ops.sum(op([w, ones([2])])), [w]);
    optimizers.sgd({ learningRate: 1 }).step([w], gradients);
    expect(k.isDisposed).toBe(false);
    expect(await values(w)).toEqual([-2, -3]);
  });
});

describe('memory', () => {
  it('follows what plain objects without a prototype hold', () => {
    const { kept } = scope(() => Object.assign(Object.create(null) as { kept?: Tensor }, { kept: ones([2]) }));
    expect(kept?.isDisposed).toBe(false);
  });

  it('follows objects that hold themselves', () => {
    const result: { self?: unknown; kept: Tensor } = scope(() => {
      const object: { self?: unknown; kept: Tensor } = { kept: ones([2]) };
      object.self = object;
      return object;
    });
    expect(result.kept.isDisposed).toBe(false);
  });

  it('of garbage does not count against the limit', async () => {
    const x = ones([250_000]);
    await liveBuffers();
    setMemoryLimit(memory().liveBytes + 10e6);
    try {
      for (let i = 0; i < 200; i++) ops.relu(x); // 200 MB, were it kept
    } finally {
      setMemoryLimit(0);
    }
    expect(memory().peakBytes).toBeLessThan(50e6);
  });

  it('is given back wherever a training step runs out of it', async () => {
    using net = smallNet();
    using optimizer = optimizers.adam({ learningRate: 0.01 });
    const train = () => fit(net, samples().batch(12), { epochs: 1, optimizer, loss: losses.softmaxCrossEntropy });
    await train();
    const before = await liveBuffers();
    let failures = 0;
    for (let spare = 0; spare < 60_000; spare += 1500) {
      setMemoryLimit(memory().liveBytes + spare);
      await train().catch((error: Error) => {
        expect(error.name).toBe('NativeError');
        failures += 1;
      });
      setMemoryLimit(0);
      expect(await liveBuffers()).toBe(before);
    }
    expect(failures).toBeGreaterThan(5);
    expect((await train()).stopped).toBe('completed');
  });
});

it('a failure that arrives after another one has ended training is no unhandled rejection', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  using net = smallNet();
  const source: data.BatchSource = samples(18)
    .batch(6)
    .map((batch) => {
      if (batch.index === 0) return { ...batch, y: { ...batch.y, data: new Int32Array(6).fill(77) } };
      return batch.index === 1 ? { ...batch, x: { ...batch.x, shape: [6, 36] } } : batch;
    });
  const options = { epochs: 1, optimizer: optimizers.sgd({ learningRate: 0.1 }), loss: losses.softmaxCrossEntropy };
  await expect(fit(net, source, { ...options, accumulate: 2 })).rejects.toThrow('expects an input of shape');
  await new Promise((resolve) => setTimeout(resolve, 50));
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});
