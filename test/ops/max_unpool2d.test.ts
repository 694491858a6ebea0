import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import { maxPool2dWithSwitches } from '../../lib/ops/max_pool2d.js';
import { maxUnpool2d } from '../../lib/ops/max_unpool2d.js';
import { multiply } from '../../lib/ops/multiply.js';
import { poolGeometry } from '../../lib/ops/pool2d.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { expectAdjoint, expectClose, random, size } from '../support/operators.js';
import { distinct, eachWindow, poolCases } from '../support/pooling.js';
import { values } from '../support/tensors.js';

const cases = poolCases.map((given) => [JSON.stringify(given), given] as const);

describe('maxUnpool2d', () => {
  it.each(cases)('puts values where the maxima stood: %s', async (_, given) => {
    const { shape, ...options } = given;
    const x = tensor(distinct(size(shape)), shape);
    const data = await values(x);
    const { output, switches } = maxPool2dWithSwitches(x, options);
    const { height, width } = poolGeometry('test', x, options);
    const expected = new Array<number>(data.length).fill(0);
    const y = await values(output);
    eachWindow(shape, height, width, (index, elements) => {
      const winner = elements.reduce((best, e) => ((data[e.at] as number) > (data[best.at] as number) ? e : best));
      expect(y[index]).toBe(data[winner.at]);
      expected[winner.at] = (expected[winner.at] as number) + (y[index] as number);
    });
    await expectClose(maxUnpool2d(output, switches), expected, 1e-14);
    await expectAdjoint((v) => maxUnpool2d(v, switches), output.shape);
    await checkGradient((v) => maxUnpool2d(v, switches), [random(output.shape)]);
  });

  it('undoes a pooling inside a differentiated function', async () => {
    const autoencode = (v: ReturnType<typeof tensor>) => {
      const { output, switches } = maxPool2dWithSwitches(v, { poolSize: 2 });
      return maxUnpool2d(multiply(output, output), switches);
    };
    await checkGradient(autoencode, [tensor(distinct(96), [2, 4, 4, 3])]);
  });

  it('takes windows of more than 256 elements', async () => {
    const { output, switches } = maxPool2dWithSwitches(tensor(distinct(400), [1, 20, 20, 1]), { poolSize: 20 });
    expect(switches.positions.dtype).toBe('int32');
    const restored = await values(maxUnpool2d(output, switches));
    expect(restored.filter((value) => value !== 0)).toEqual(await values(output));
  });

  it('rejects what does not fit', () => {
    const { output, switches } = maxPool2dWithSwitches(random([1, 4, 4, 1]), { poolSize: 2 });
    expect(() => maxUnpool2d(random([1, 4, 4, 1]), switches)).toThrow(
      'maxUnpool2d: y must have shape [1, 2, 2, 1], but has [1, 4, 4, 1]',
    );
    expect(() => maxUnpool2d(output, {} as never)).toThrow('maxUnpool2d: switches must be what maxPool2dWithSwitches');
    expect(() => maxUnpool2d(tensor(new Int32Array(4), [1, 2, 2, 1]), switches)).toThrow(
      'must be float32, float64 or bfloat16',
    );
    expect(() => maxPool2dWithSwitches(random([4]), { poolSize: 2 })).toThrow(
      'maxPool2dWithSwitches: x must have 4 axes',
    );
  });
});
