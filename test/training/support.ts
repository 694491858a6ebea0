import { fromArrays } from '../../lib/data/index.js';
import { matmul } from '../../lib/ops/matmul.js';
import { relu } from '../../lib/ops/relu.js';
import { Parameter } from '../../lib/tensor/parameter.js';
import type { Tensor } from '../../lib/tensor/tensor.js';
import type { Trainable } from '../../lib/training/index.js';
import { noise } from '../support/tensors.js';

/** `size` points in the plane around three centres, and which one. */
export function blobs(size: number, seed = 1) {
  const centres = [
    [0, 1.5],
    [-1.5, -1],
    [1.5, -1],
  ] as const;
  const jitter = noise(2 * size, seed);
  const labels = Int32Array.from({ length: size }, (_, i) => i % 3);
  const images = Float32Array.from(
    { length: 2 * size },
    (_, i) => (centres[(i >> 1) % 3]?.[i % 2] as number) + (jitter[i] as number),
  );
  return fromArrays({ images, imageShape: [2], labels });
}

/** Two inputs, a hidden layer, three classes. */
export class Mlp implements Trainable {
  readonly parameters: readonly Parameter[];

  constructor({ hidden = 8, seed = 3, dtype = 'float32' as 'float32' | 'float64' } = {}) {
    const make = (name: string, shape: readonly number[], index: number) => {
      const parameter = new Parameter(name, shape, { dtype });
      const values = noise(
        shape.reduce((a, b) => a * b, 1),
        seed + index,
      );
      parameter.assign(dtype === 'float32' ? Float32Array.from(values) : values);
      return parameter;
    };
    this.parameters = [
      make('hidden.weights', [2, hidden], 0),
      make('hidden.bias', [hidden], 1),
      make('out.weights', [hidden, 3], 2),
    ];
  }

  forward(x: Tensor): Tensor {
    const [weights, bias, out] = this.parameters as [Parameter, Parameter, Parameter];
    return matmul(relu(matmul(x, weights, { bias })), out);
  }
}

/** All weights of a model, one after the other. */
export async function weightsOf({ parameters }: Pick<Trainable, 'parameters'>): Promise<number[]> {
  return (await Promise.all(parameters.map(async (parameter) => [...(await parameter.data())]))).flat();
}
