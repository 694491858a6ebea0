import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { defineOp } from '../../lib/autograd/define_op.js';
import { valueAndGradients } from '../../lib/autograd/gradients.js';
import { memory } from '../../lib/native.js';
import { add } from '../../lib/ops/add.js';
import { matmul } from '../../lib/ops/matmul.js';
import { multiply } from '../../lib/ops/multiply.js';
import { relu } from '../../lib/ops/relu.js';
import { reshape } from '../../lib/ops/reshape.js';
import { sum } from '../../lib/ops/sum.js';
import { Parameter } from '../../lib/tensor/parameter.js';
import { scope } from '../../lib/tensor/scope.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { values } from '../support/tensors.js';

describe('valueAndGradients', () => {
  it('differentiates a composition', async () => {
    const [x, w] = [tensor([[1, 2]]), tensor([[3], [-4]])];
    const { value, gradients } = valueAndGradients(() => sum(multiply(matmul(x, w), matmul(x, w))), [x, w]);
    expect(await value.item()).toBe(25);
    expect(await values(gradients[0] as Tensor)).toEqual([-30, 40]);
    expect(await values(gradients[1] as Tensor)).toEqual([-10, -20]);
  });

  it('adds up the gradients of a value that is used several times, even by one op', async () => {
    const x = tensor([3]);
    const { gradients } = valueAndGradients(() => sum(add(add(x, x), multiply(x, x))), [x]);
    expect(await values(gradients[0] as Tensor)).toEqual([2 + 6]);
  });

  it('gives a value of its own gradient, and zeros where there is no dependence', async () => {
    const [x, unused] = [tensor([2]), tensor([[1, 1]])];
    const { gradients } = valueAndGradients(() => x, [x, unused]);
    expect(await values(gradients[0] as Tensor)).toEqual([1]);
    expect(gradients[1]?.shape).toEqual([1, 2]);
    expect(await values(gradients[1] as Tensor)).toEqual([0, 0]);
  });

  it('differentiates by intermediate values', async () => {
    const x = tensor([1, -2]);
    const y = relu(x);
    const { gradients } = valueAndGradients(() => sum(multiply(y, y)), [x, y]);
    expect(await Promise.all((gradients as Tensor[]).map(values))).toEqual([
      [0, 0],
      [2, 0],
    ]);
  });

  it('returns other values next to the loss', async () => {
    const x = tensor([1, 2]);
    const { value } = valueAndGradients(() => ({ loss: sum(x), doubled: add(x, x) }), [x]);
    expect(await values(value.doubled)).toEqual([2, 4]);
  });

  it('keeps what ops saved although inner scopes release it', async () => {
    const x = tensor([1, 2, 3, 4]);
    const { gradients } = valueAndGradients(
      () => sum(scope(() => multiply(reshape(relu(x), [2, 2]), reshape(relu(x), [2, 2])))),
      [x],
    );
    expect(await values(gradients[0] as Tensor)).toEqual([2, 4, 6, 8]);
  });

  it('leaves nothing behind but its results, whether it succeeds or fails', () => {
    const x = tensor([1, 2]);
    const before = memory().liveBuffers;
    const { value, gradients } = valueAndGradients(() => sum(multiply(relu(x), x)), [x]);
    expect(memory().liveBuffers).toBe(before + 2);
    for (const t of [value, ...gradients]) t.dispose();
    expect(() => valueAndGradients(() => add(sum(relu(x)), tensor(new Int32Array(1))), [x])).toThrow('add');
    expect(() => valueAndGradients(() => relu(x), [x])).toThrow('the loss must have one element, but has shape [2]');
    expect(memory().liveBuffers).toBe(before);
  });

  it('rejects a parameter that is overwritten between forward and backward', () => {
    const w = new Parameter('scale', [1]);
    w.assign(tensor([2]));
    const x = tensor([3]);
    const step = () => {
      const y = multiply(w, x);
      w.assign(tensor([5]));
      return sum(y);
    };
    expect(() => valueAndGradients(step, [w, x])).toThrow(
      'multiply: parameter "scale" was overwritten between the forward and the backward pass',
    );
  });

  it('does not nest, and says so; afterwards it works again', async () => {
    const x = tensor([1]);
    const inner = () => valueAndGradients(() => sum(x), [x]).value;
    expect(() => valueAndGradients(inner, [x])).toThrow('gradients of gradients are not supported');
    expect(await valueAndGradients(() => sum(x), [x]).value.item()).toBe(1);
  });

  it.each<[string, () => unknown, string]>([
    ['a promise', () => valueAndGradients((async () => tensor([1])) as never, []), 'returned a promise'],
    ['no function', () => valueAndGradients(tensor([1]) as never, []), 'expected a function, but received object'],
    ['nothing returned', () => valueAndGradients(() => undefined as never, []), 'must return the loss tensor'],
    [
      'parameters that are none',
      () => valueAndGradients(() => tensor([1]), [1] as never),
      'expected an array of tensors',
    ],
  ])('rejects %s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});

describe('defineOp', () => {
  const cube = defineOp({
    name: 'cube',
    forward: ([x]: [Tensor]) => ({ output: multiply(x, multiply(x, x)), saved: { x } }),
    backward: (dy, { x }) => [() => multiply(dy, multiply(tensor(3, [], x.dtype), multiply(x, x)))],
  });

  it('makes an op of one’s own with a gradient of one’s own', async () => {
    expect(await values(cube([tensor([2, -1])]))).toEqual([8, -1]);
    await checkGradient((x: Tensor) => cube([x]), [tensor([0.5, -0.3], [2], 'float64')]);
  });

  it('computes only the gradients that are asked for', async () => {
    const computed: string[] = [];
    const note = (name: string, gradient: Tensor) => {
      computed.push(name);
      return gradient;
    };
    const product = defineOp({
      name: 'product',
      forward: ([a, b]: [Tensor, Tensor]) => ({ output: multiply(a, b), saved: { a, b } }),
      backward: (dy, { a, b }) => [() => note('a', multiply(dy, b)), () => note('b', multiply(dy, a))],
    });
    const [a, b] = [tensor([2]), tensor([3])];
    valueAndGradients(() => sum(product([a, b])), [b]);
    expect(computed).toEqual(['b']);
  });
});

describe('checkGradient', () => {
  it('finds a gradient that is wrong', async () => {
    const wrong = defineOp({
      name: 'wrong',
      forward: ([x]: [Tensor]) => ({ output: multiply(x, x), saved: { x } }),
      backward: (dy, { x }) => [() => multiply(dy, x)],
    });
    await expect(checkGradient((x: Tensor) => wrong([x]), [tensor([0.7], [1], 'float64')])).rejects.toThrow(
      'checkGradient: input 0: the gradient gives',
    );
  });

  it('asks for float64', async () => {
    await expect(checkGradient(relu, [tensor([1])])).rejects.toThrow('inputs must be float64, but one is float32');
  });
});
