// What the fixtures of Keras models share: inputs by formula, and the outputs that whoever saved the model recorded.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Model } from '../../lib/models/model.js';
import { mapNamed, type Shapes, type Tensors } from '../../lib/tensor/named.js';
import { elementCount, isShape, type Shape } from '../../lib/tensor/shape.js';
import { Tensor, tensor } from '../../lib/tensor/tensor.js';

export const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));

/** A model whose inputs and outputs are known when it is read. */
export type AnyModel = Model<Shapes, Shapes>;

interface Expected {
  readonly name: string;
  readonly shape: Shape;
  readonly data: readonly number[];
}

const element = (i: number): number => ((37 * i) % 101) / 101 - 0.5;

function fill(shape: Shape, vocabulary?: number): Tensor {
  const whole = [2, ...shape];
  const length = elementCount(whole);
  if (vocabulary === undefined)
    return tensor(
      Float32Array.from({ length }, (_, i) => element(i)),
      whole,
    );
  return tensor(
    Int32Array.from({ length }, (_, i) => ((37 * i) % 101) % vocabulary),
    whole,
  );
}

/** The outputs by name for the input by formula. */
export async function outputsOf(model: AnyModel, vocabulary?: number): Promise<Map<string, Float32Array>> {
  const x = mapNamed<Shape, Tensor>(model.inputShape, isShape, (shape) => fill(shape, vocabulary));
  const y = model.forward(x as never) as Tensors;
  const entries = y instanceof Tensor ? [['', y] as const] : Object.entries(y);
  return new Map(
    await Promise.all(entries.map(async ([name, one]) => [name, (await one.data()) as Float32Array] as const)),
  );
}

/** Compares the outputs of a model with those in expected.json, to a millionth. */
export async function expectRecorded(model: AnyModel, folder: string, vocabulary?: number): Promise<void> {
  const expected = JSON.parse(await readFile(path.join(folder, 'expected.json'), 'utf8')) as Expected[];
  const outputs = await outputsOf(model, vocabulary);
  for (const { name, data } of expected) {
    const output = outputs.get(outputs.size === 1 ? '' : name) as Float32Array;
    expect(Math.max(...data) - Math.min(...data)).toBeGreaterThan(0.1); // else anything would fit
    expect(output).toHaveLength(data.length);
    for (const [i, value] of data.entries()) expect(output[i]).toBeCloseTo(value, 6);
  }
}
