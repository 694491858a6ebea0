// Runs one case of ONNX's backend tests: a folder with model.onnx and data sets of inputs and expected outputs.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Tensor } from 'convgrad';
import { type OnnxModel, type OnnxTensor, readModel, readTensor } from './model.js';
import { operatorOf } from './operators.js';
import { fromOnnx, Skip, type Value } from './values.js';
import { readMessage } from './wire.js';

/** Difference allowed, relative to the largest expected element. */
const TOLERANCE = 1e-5;

const readPb = (file: string): OnnxTensor => readTensor(readMessage(readFileSync(file)));

function numbered(folder: string, kind: string): OnnxTensor[] {
  const tensors: OnnxTensor[] = [];
  for (let i = 0; existsSync(path.join(folder, `${kind}_${i}.pb`)); i++)
    tensors.push(readPb(path.join(folder, `${kind}_${i}.pb`)));
  return tensors;
}

/** The model of a case. */
export function modelOf(folder: string): OnnxModel {
  return readModel(readFileSync(path.join(folder, 'model.onnx')));
}

/** The outputs for inputs in the order of the graph's. @throws Skip for what is not ours. */
function evaluate({ nodes, inputs, outputs, initializers, opset }: OnnxModel, given: readonly OnnxTensor[]): Value[] {
  const constants = new Map(initializers);
  for (const [index, tensor] of given.entries()) constants.set(inputs[index] as string, tensor);
  const values = new Map<string, Value>([...constants].map(([name, constant]) => [name, fromOnnx(constant)]));
  for (const node of nodes) {
    const result = operatorOf(node.operator)({
      inputs: node.inputs.map((name) => values.get(name)),
      constants: node.inputs.map((name) => constants.get(name)),
      attributes: node.attributes,
      opset,
      outputs: node.outputs.length,
    });
    const results = Array.isArray(result) ? result : [result];
    for (const [index, name] of node.outputs.entries()) values.set(name, results[index] as Value);
    if (node.operator === 'Constant') constants.set(node.outputs[0] as string, node.attributes.value as OnnxTensor);
  }
  return outputs.map((name) => values.get(name) as Value);
}

/** @throws Error where a number differs, Skip where almost any result would pass. */
function compare(name: string, actual: readonly number[], expected: readonly number[]): void {
  const finite = expected.filter(Number.isFinite);
  const largest = finite.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const spread =
    finite.reduce((most, value) => Math.max(most, value), -Infinity) -
    finite.reduce((least, value) => Math.min(least, value), Infinity);
  if (finite.length > 1 && spread < 100 * TOLERANCE * largest)
    throw new Skip('degenerate: the expected numbers are all alike');
  expected.forEach((value, index) => {
    const got = actual[index] as number;
    if (Object.is(got, value) || got === value || Math.abs(got - value) <= TOLERANCE * largest) return;
    throw new Error(`${name}[${index}] is ${got}, expected ${value} (largest ${largest})`);
  });
}

/** Runs every data set of the case. @throws Skip with the reason it cannot run, Error where a result is wrong. */
export async function runCase(folder: string): Promise<void> {
  const model = modelOf(folder);
  for (const { operator } of model.nodes) operatorOf(operator);
  if (!model.tensorsOnly) throw new Skip('sequences or optional values; ours are tensors');
  for (let set = 0; existsSync(path.join(folder, `test_data_set_${set}`)); set++) {
    const data = path.join(folder, `test_data_set_${set}`);
    const results = evaluate(model, numbered(data, 'input'));
    const expected = numbered(data, 'output');
    if (expected.length === 0) throw new Skip('no expected output');
    for (const [index, { shape, numbers }] of expected.entries()) {
      const name = model.outputs[index] as string;
      const result = results[index] as Value;
      const actual = 'numbers' in result ? result.numbers : Array.from(await (result as Tensor).data());
      if (`${result.shape}` !== `${shape}`) throw new Error(`${name} has shape [${result.shape}], expected [${shape}]`);
      if (numbers.length !== actual.length)
        throw new Error(`${name} has ${actual.length} of ${numbers.length} elements`);
      compare(name, actual, numbers);
    }
  }
}
