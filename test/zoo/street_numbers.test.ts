// The street-number transcriber: all eleven layers train, and numbers are read as the paper reads them.
import { describe, expect, it } from 'vitest';
import { valueAndGradients } from '../../lib/autograd/gradients.js';
import { digitSequence } from '../../lib/losses/index.js';
import { sgd } from '../../lib/optimizers/index.js';
import { tensor } from '../../lib/tensor/tensor.js';
import * as zoo from '../../lib/zoo/index.js';
import { noise } from '../support/tensors.js';

/** Logits of a number with digits 1, 7, 5, 1, 0 at these probabilities. The worked example of the paper's appendix. */
function workedExample(): number[] {
  const lengths = [0.002, 0.002, 0.002, 0.9, 0.09, 0.002, 0.002];
  const digits = [1, 7, 5, 1, 0];
  const probabilities = [0.9, 0.9, 0.9, 0.2, 0.1];
  const heads = digits.map((digit, index) => {
    const p = probabilities[index] as number;
    return Array.from({ length: 10 }, (_, other) => (other === digit ? p : (1 - p) / 9));
  });
  return [...lengths, ...heads.flat()].map(Math.log);
}

describe('reading street numbers', () => {
  it("the paper's example: '175' at -0.4214", async () => {
    const logits = tensor(workedExample(), [1, 57], 'float64');
    const [number] = await zoo.readStreetNumbers(logits);
    expect(number).toMatchObject({ text: '175', longer: false });
    expect(number?.logProbability).toBeCloseTo(-0.4214, 4);
  });

  it('no digits, and more than there are heads for', async () => {
    const base = workedExample();
    const withLength = (length: number): number[] =>
      base.map((value, index) => (index < 7 ? (index === length ? 0 : -20) : value));
    const logits = tensor([...withLength(0), ...withLength(6)], [2, 57], 'float64');
    const numbers = await zoo.readStreetNumbers(logits);
    expect(numbers.map(({ text, longer }) => [text, longer])).toEqual([
      ['', false],
      ['17510', true],
    ]);
  });
});

describe('the transcriber', () => {
  it('has all eleven layers at an eighth of the width, and they train', async () => {
    const model = zoo.streetNumbers({ width: 1 / 8 });
    const x = tensor(noise(4 * 54 * 54 * 3), [4, 54, 54, 3], 'float32');
    const target = tensor(
      Int32Array.from([3, 1, 7, 5, -1, -1, 1, 4, -1, -1, -1, -1, 5, 1, 2, 3, 4, 5, 2, 9, 0, -1, -1, -1]),
      [4, 6],
    );
    const trained = model.parameters.filter(({ trainable }) => trainable);
    const optimizer = sgd({ learningRate: 0.01, momentum: 0.9 });
    const losses: number[] = [];
    for (let step = 0; step < 3; step++) {
      const { value, gradients } = valueAndGradients(
        () => digitSequence(model.forward(x, { training: true }), target),
        trained,
      );
      if (step === 0)
        for (const [index, gradient] of gradients.entries())
          expect(
            (await gradient.data()).some((g) => g !== 0),
            trained[index]?.name,
          ).toBe(true);
      optimizer.step(trained, gradients);
      losses.push(await value.item());
    }
    expect(losses.at(-1)).toBeLessThan(losses[0] as number);
    expect(model.outputShape).toEqual([57]);
    expect(await zoo.readStreetNumbers(model.forward(x))).toHaveLength(4);
  });

  it('trains a step at its full width, with a digit more or less in each example', async () => {
    const model = zoo.streetNumbers();
    const x = tensor(noise(2 * 54 * 54 * 3), [2, 54, 54, 3], 'float32');
    const target = tensor(Int32Array.from([3, 1, 7, 5, -1, -1, 4, 2, 0, 1, 9, -1]), [2, 6]);
    const trained = model.parameters.filter(({ trainable }) => trainable);
    expect(trained.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0)).toBe(38_142_809);
    const first = trained[0] as (typeof trained)[number];
    const before = Array.from(await first.data());
    const { value, gradients } = valueAndGradients(
      () => digitSequence(model.forward(x, { training: true }), target),
      trained,
    );
    sgd({ learningRate: 0.01 }).step(trained, gradients);
    // −log p(L) − Σ log p(S) of seven lengths and 3 or 4 digits, all about as probable at first
    expect(Math.abs((await value.item()) - Math.log(7) - 3.5 * Math.log(10))).toBeLessThan(2);
    expect(Array.from(await first.data())).not.toEqual(before);
    for (const parameter of trained) expect((await parameter.data()).every(Number.isFinite), parameter.name).toBe(true);
    model.dispose();
  });

  it('every depth of the family runs', () => {
    for (const depth of [3, 5, 7, 8, 10]) {
      const model = zoo.streetNumbers({ depth, width: 1 / 12, hidden: 16, digits: 3, inputShape: [32, 32, 1] });
      expect(model.forward(tensor(noise(1024), [1, 32, 32, 1], 'float32')).shape).toEqual([1, 35]);
    }
  });
});
