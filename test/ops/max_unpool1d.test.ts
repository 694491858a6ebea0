import { describe, expect, it } from 'vitest';
import { checkGradient } from '../../lib/autograd/check_gradient.js';
import {
  maxPool1d,
  maxPool1dWithSwitches,
  maxPool2dWithSwitches,
  maxUnpool1d,
  maxUnpool2d,
  multiply,
} from '../../lib/ops/index.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import type { Padding1d } from '../../lib/tensor/window1d.js';
import { expectAdjoint, random } from '../support/operators.js';
import { distinct } from '../support/pooling.js';
import { values } from '../support/tensors.js';

interface Case {
  readonly length: number;
  readonly poolSize: number;
  readonly strides?: number;
  readonly padding?: Padding1d;
  readonly ceilMode?: boolean;
}

const cases: readonly Case[] = [
  { length: 12, poolSize: 3 },
  { length: 13, poolSize: 3, strides: 2, padding: 'same' },
  { length: 9, poolSize: 3, strides: 1, padding: 1 },
  { length: 10, poolSize: 2, strides: 3, padding: [1, 0] },
  { length: 11, poolSize: 4, ceilMode: true },
];
const sequence = (length: number, channels: number, dtype: 'float32' | 'float64' = 'float64') =>
  tensor(distinct(2 * length * channels), [2, length, channels], dtype);
const asImage = ({ padding = 'valid', poolSize, strides = poolSize, ceilMode = false }: Case) => ({
  poolSize: [1, poolSize] as const,
  strides: [1, strides] as const,
  padding:
    typeof padding === 'string' ? padding : { h: [0, 0] as const, w: [padding, padding].flat().slice(0, 2) as never },
  ceilMode,
});

describe('maxUnpool1d', () => {
  it.each(cases.map((given) => [JSON.stringify(given), given] as const))(
    'is that of images one pixel high: %s',
    async (_, given) => {
      const { length, ...options } = given;
      for (const dtype of ['float32', 'float64'] as const)
        for (const channels of [1, 3, 17]) {
          const x = sequence(length, channels, dtype);
          const { output, switches } = maxPool1dWithSwitches(x, options);
          expect(await values(output)).toEqual(await values(maxPool1d(x, options)));
          const restored = maxUnpool1d(output, switches);
          expect(restored.shape).toEqual(x.shape);
          const image = tensor(await x.data(), [2, 1, length, channels], dtype);
          const pooled = maxPool2dWithSwitches(image, asImage(given));
          expect(await values(restored)).toEqual(await values(maxUnpool2d(pooled.output, pooled.switches)));
        }
      const { output, switches } = maxPool1dWithSwitches(sequence(length, 3), options);
      await expectAdjoint((v) => maxUnpool1d(v, switches), output.shape);
      await checkGradient((v) => maxUnpool1d(v, switches), [random(output.shape)]);
    },
  );

  it('undoes a pooling inside a differentiated function', async () => {
    const autoencode = (v: Tensor) => {
      const { output, switches } = maxPool1dWithSwitches(v, { poolSize: 2 });
      return maxUnpool1d(multiply(output, output), switches);
    };
    await checkGradient(autoencode, [sequence(8, 3)]);
  });

  it('puts each maximum back where it stood', async () => {
    const { output, switches } = maxPool1dWithSwitches(tensor([[[3], [5], [9], [7]]]), { poolSize: 2 });
    expect(await values(maxUnpool1d(output, switches))).toEqual([0, 5, 9, 0]);
  });

  it('rejects what does not fit', () => {
    const { output, switches } = maxPool1dWithSwitches(random([1, 4, 1]), { poolSize: 2 });
    expect(() => maxUnpool1d(random([1, 4, 1]), switches)).toThrow(
      'maxUnpool1d: y must have shape [1, 2, 1], but has [1, 4, 1]',
    );
    const refused = 'maxUnpool1d: switches must be what maxPool1dWithSwitches returned';
    expect(() => maxUnpool1d(output, {} as never)).toThrow(refused);
    const { switches: ofImages } = maxPool2dWithSwitches(random([1, 4, 4, 1]), { poolSize: 2 });
    expect(() => maxUnpool1d(output, ofImages)).toThrow(refused);
    expect(() => maxUnpool1d(tensor(new Int32Array(2), [1, 2, 1]), switches)).toThrow(
      'must be float32, float64 or bfloat16',
    );
    expect(() => maxPool1dWithSwitches(random([4]), { poolSize: 2 })).toThrow(
      'maxPool1dWithSwitches: x must have 3 axes',
    );
  });
});
