/** The three rules by which gradients pass rectifiers, wherever a rectifier may be. */
import { describe, expect, it } from 'vitest';
import { type RectifierRule, valueAndGradients } from '../../lib/index.js';
import * as layers from '../../lib/layers/index.js';
import { graph } from '../../lib/models/graph.js';
import type { Model } from '../../lib/models/model.js';
import { input, join } from '../../lib/models/node.js';
import { sequential } from '../../lib/models/sequential.js';
import * as ops from '../../lib/ops/index.js';
import { Parameter } from '../../lib/tensor/parameter.js';
import { Random } from '../../lib/tensor/random.js';
import { elementCount } from '../../lib/tensor/shape.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { noise, values } from '../support/tensors.js';

const rules: readonly RectifierRule[] = ['backprop', 'deconvnet', 'guided'];

/** Gradient by x of ⟨dy, f(x)⟩. */
async function pulled(f: (x: Tensor) => Tensor, x: Tensor, dy: Tensor, rectifier: RectifierRule): Promise<number[]> {
  const { gradients } = valueAndGradients(() => ops.sum(ops.multiply(f(x), dy)), [x], { rectifier });
  return values(gradients[0] as Tensor);
}

/** The rule by its formula. */
const passed = (rule: RectifierRule, y: number, r: number): number =>
  (rule === 'deconvnet' || y > 0) && (rule === 'backprop' || r > 0) ? r : 0;

describe.each(rules)('rectifier rule %s', (rule) => {
  it.each([
    ['relu', ops.relu, (y: number) => Math.max(y, 0)],
    ['relu6', ops.relu6, (y: number) => (y < 6 ? Math.max(y, 0) : 0)],
  ] as const)('is that of the formula in %s', async (_, f, active) => {
    const [x, dy] = [noise(40, 3).map((v) => 8 * v), noise(40, 4)];
    const got = await pulled(f, tensor(x), tensor(dy), rule);
    expect(got).toEqual([...x].map((v, i) => passed(rule, active(v), dy[i] as number)));
  });

  const [x, filter, bias] = [tensor(noise(50), [1, 5, 5, 2]), tensor(noise(54, 2), [3, 3, 2, 3]), tensor(noise(3, 6))];
  const [a, b] = [tensor(noise(12), [4, 3]), tensor(noise(15, 2), [3, 5])];
  const [c, channels] = [tensor(noise(30, 7), [6, 5]), tensor(noise(5, 8))];
  const [runningMean, runningVariance] = [
    new Parameter('mean', [5], { dtype: 'float64' }),
    new Parameter('variance', [5], { dtype: 'float64' }),
  ];
  const normalized = (v: Tensor, training: boolean, activation: 'none' | 'relu') => {
    runningMean.fill(0.1);
    runningVariance.fill(0.5);
    return ops.batchNorm(v, channels, channels, runningMean, runningVariance, { training, activation });
  };
  const back = tensor(noise(54, 8), [3, 3, 3, 2]);

  it.each<[string, Tensor, readonly number[], (x: Tensor, activation: 'none' | 'relu') => Tensor]>([
    ['conv2d', x, [1, 3, 3, 3], (v, activation) => ops.conv2d(v, filter, { bias, activation })],
    ['conv2dTranspose', x, [1, 7, 7, 3], (v, activation) => ops.conv2dTranspose(v, back, { activation })],
    ['matmul', a, [4, 5], (v, activation) => ops.matmul(v, b, { activation })],
    ['batchNorm in training', c, [6, 5], (v, activation) => normalized(v, true, activation)],
    ['batchNorm', c, [6, 5], (v, activation) => normalized(v, false, activation)],
  ])('is the same in %s as after it', async (_, v, shape, f) => {
    const dy = tensor(noise(elementCount(shape), 5), shape);
    expect(await pulled((t) => f(t, 'relu'), v, dy, rule)).toEqual(
      await pulled((t) => ops.relu(f(t, 'none')), v, dy, rule),
    );
  });
});

describe('models', () => {
  const conv = (activation: 'none' | 'relu') =>
    layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', activation });
  const relu = () => layers.activation('relu');
  const separate: Record<string, Model> = {
    sequential: sequential({
      inputShape: [5, 5, 4],
      layers: [conv('none'), layers.batchNorm(), relu(), conv('none'), relu()],
    }),
    residual: sequential({
      inputShape: [5, 5, 4],
      layers: [layers.residual([conv('none'), relu(), conv('none')]), relu()],
    }),
    parallel: sequential({ inputShape: [5, 5, 4], layers: [layers.parallel([conv('none'), conv('none')]), relu()] }),
    graph: (() => {
      const image = input([5, 5, 4]);
      const hidden = image.pipe(conv('none'), relu());
      return graph({ inputs: image, outputs: join(layers.add(), [hidden, image.pipe(conv('none'))]).pipe(relu()) });
    })(),
  };

  it.each(Object.entries(separate))('%s: fused layers follow the rule as those run apart', async (_, model) => {
    const x = tensor(noise(200), [2, 5, 5, 4], 'float32');
    const weighed = (y: Tensor) =>
      ops.sum(ops.multiply(y, tensor(noise(elementCount(y.shape), 9), y.shape, 'float32')));
    const found: number[][] = [];
    for (const rectifier of rules) {
      const fused = valueAndGradients(() => weighed(model.forward(x)), [x], { rectifier }).gradients[0] as Tensor;
      const apart = valueAndGradients(() => weighed(model.forwardWith(x, []).output), [x], { rectifier });
      const got = await values(fused);
      expect(got).toEqual(await values(apart.gradients[0] as Tensor));
      found.push(got);
    }
    expect(found[1]).not.toEqual(found[0]);
    expect(found[2]).not.toEqual(found[0]);
    expect(found[2]).not.toEqual(found[1]);
  });

  it('all rules agree where no rectifier clips', async () => {
    const random = new Random(1);
    const positive = () => random.uniform();
    const model = sequential({
      inputShape: [6, 6, 2],
      layers: [
        layers.conv2d({ filters: 3, kernelSize: 3, activation: 'relu' }),
        layers.maxPool2d({ poolSize: 2 }),
        layers.flatten(),
        layers.dense({ units: 4 }),
      ],
    });
    for (const parameter of model.parameters)
      parameter.assign(Float32Array.from({ length: elementCount(parameter.shape) }, positive));
    const x = tensor(Float32Array.from({ length: 72 }, positive), [1, 6, 6, 2]);
    const [first, ...others] = await Promise.all(
      rules.map((rectifier) =>
        values(valueAndGradients(() => ops.sum(model.forward(x)), [x], { rectifier }).gradients[0] as Tensor),
      ),
    );
    for (const other of others) expect(other).toEqual(first);
  });

  it('the rule ends with the backward pass', async () => {
    const [x, dy] = [tensor([-1, 2]), tensor([3, -4])];
    expect(await pulled(ops.relu, x, dy, 'deconvnet')).toEqual([3, 0]);
    const { gradients } = valueAndGradients(() => ops.sum(ops.multiply(ops.relu(x), dy)), [x]);
    expect(await values(gradients[0] as Tensor)).toEqual([0, -4]);
  });
});

describe('gradients by values on the way', () => {
  const model = sequential({
    inputShape: [3],
    layers: [layers.dense({ units: 4, activation: 'relu' }), layers.dense({ units: 2 })],
    dtype: 'float64',
  });
  const x = tensor(noise(6), [2, 3]);

  it('are those of the part of the model that follows', async () => {
    const { value, gradients } = valueAndGradients(() => {
      const { output, intermediates } = model.forwardWith(x, ['0']);
      return { loss: ops.sum(ops.square(output)), hidden: intermediates['0'], output };
    }, [({ hidden }) => hidden]);
    const expected = ops.matmul(ops.multiply(value.output, 2), model.parameter('1.weights'), { transposeB: true });
    expect(await values(gradients[0] as Tensor)).toEqual(await values(expected));
  });

  it('leave those by the input and by parameters as they are', async () => {
    const weights = model.parameter('0.weights');
    const loss = () => ops.sum(model.forwardWith(x, ['0']).output);
    const got = valueAndGradients(loss, [x, weights]).gradients;
    const plain = valueAndGradients(() => ops.sum(model.forward(x)), [x, weights]).gradients;
    for (const [i, gradient] of got.entries()) expect(await values(gradient)).toEqual(await values(plain[i] as Tensor));
  });

  it('need a value that was recorded', () => {
    const stray = tensor(1);
    expect(() => valueAndGradients(() => ops.sum(model.forward(x)), [() => stray])).toThrow(
      'valueAndGradients: a tensor of shape [] to differentiate by was not recorded; take it from the intermediates of model.forwardWith',
    );
  });

  it('rejects other rules', () => {
    expect(() => valueAndGradients(() => x, [x], { rectifier: 'zeiler' as never })).toThrow(
      "valueAndGradients: rectifier must be one of 'backprop', 'deconvnet', 'guided', but received 'zeiler'",
    );
  });
});
