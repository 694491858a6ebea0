import { describe, expect, it } from 'vitest';
import { constant } from '../../lib/initializers/constant.js';
import * as layers from '../../lib/layers/index.js';
import { sequential } from '../../lib/models/sequential.js';
import { tensor, zeros } from '../../lib/tensor/tensor.js';
import { values } from '../support/tensors.js';

describe('prelu layer', () => {
  it('has one slope per channel, 0.25 at first', async () => {
    const model = sequential({ inputShape: [2, 2, 3], layers: [layers.prelu()] });
    expect(model.outputShape).toEqual([2, 2, 3]);
    expect(model.parameters.map(({ name, shape }) => [name, shape])).toEqual([['0.slope', [3]]]);
    expect(await values(model.forward(tensor(new Float32Array(12).fill(-2), [1, 2, 2, 3])))).toEqual(
      new Array(12).fill(-0.5),
    );
  });

  it('may share one slope', async () => {
    const model = sequential({
      inputShape: [5],
      layers: [layers.prelu({ shared: true, slopeInitializer: constant(2) })],
    });
    expect(model.parameter('0.slope').shape).toEqual([1]);
    expect(await values(model.forward(tensor([[-1, 1, -2, 2, 0]])))).toEqual([-2, 1, -4, 2, 0]);
  });

  it('rejects what it cannot honour', () => {
    expect(() => layers.prelu({ shared: 1 as never })).toThrow('prelu: shared must be true or false, but received 1');
    expect(() => layers.prelu({ slope: 1 } as never)).toThrow("prelu: unknown option 'slope'");
    expect(() => layers.prelu({ slopeInitializer: 1 as never })).toThrow(
      'prelu: slopeInitializer must be an initializer',
    );
    expect(() => sequential({ inputShape: [], layers: [layers.prelu()] as layers.Layer[] })).toThrow(
      'prelu "0": expects an input with channels last, got []',
    );
    const model = sequential({ inputShape: [3], layers: [layers.prelu()] });
    expect(() => model.forward(zeros([2, 4]))).toThrow('model: expects an input of shape [batch, 3], got [2, 4]');
  });
});

describe('activation layer', () => {
  it.each([
    ['relu6', [0, 6]],
    ['hardSigmoid', [0, 1]],
    ['hardSwish', [0, 9]],
  ] as const)('knows %s', async (name, expected) => {
    const model = sequential({ inputShape: [2], layers: [layers.activation(name)] });
    expect((await values(model.forward(tensor([[-9, 9]])))).map((v) => v + 0)).toEqual(expected);
  });

  it.each(['selu', 'mish', 'scaledTanh', 'leakyRelu', 'elu', 'softplus'] as const)('knows %s', (name) => {
    const model = sequential({ inputShape: [2], layers: [layers.dense({ units: 3, activation: name })] });
    expect(model.forward(zeros([4, 2])).shape).toEqual([4, 3]);
  });
});
