// Cases of the oracle (scripts/oracle/cases.py): a call of an op, and what PyTorch in float64 gives for it.
import { pullback } from '../../lib/autograd/gradients.js';
import { decodeSafetensors } from '../../lib/formats/index.js';
import * as ops from '../../lib/ops/index.js';
import type { DType } from '../../lib/tensor/dtype.js';
import { Parameter } from '../../lib/tensor/parameter.js';
import { Tensor, tensor } from '../../lib/tensor/tensor.js';
import { fill, type Numbers } from './numbers.js';

interface Input extends Numbers {
  readonly role: 'differentiated' | 'constant' | 'updated';
  readonly dtype?: DType;
}

/** A call of an op, and the answers by name: `output`, `gradient of filter`, `updated mean`. */
export interface OracleCase {
  readonly op: string;
  readonly seed: number;
  readonly inputs: Readonly<Record<string, Input>>;
  /** Arguments; `'$name'` stands for an input. */
  readonly args: readonly unknown[];
  readonly dtypes: readonly FloatType[];
  /** Which field of what the op returns is the output, if it returns several. */
  readonly result?: string;
  /** Whether float64 computes it without rounding: then not a bit may differ. */
  readonly exact?: boolean;
  /** Whether the planner may pick an algorithm that transforms its operands. */
  readonly planned?: boolean;
  /** Groups of inputs in which the op is linear, or homogeneous of degree 1, the others fixed. */
  readonly linear?: readonly (readonly string[])[];
  readonly answers: ReadonlyMap<string, ArrayLike<number>>;
}

export type FloatType = 'float32' | 'float64';

/** The norm-wise relative error accepted; docs/conformance.md says why these. */
function boundOf({ planned }: OracleCase, dtype: FloatType): number {
  return dtype === 'float64' ? 1e-12 : planned ? 5e-5 : 1e-5;
}

/** How far one array is from its answer: ‖actual − expected‖ / ‖expected‖; or the gap of an adjoint identity. */
export interface Comparison {
  readonly what: string;
  readonly error: number;
  readonly tolerance: number;
}

/** What a failed comparison says. */
export function describeFailure({ what, error, tolerance }: Comparison, dtype: FloatType): string {
  return `${what} in ${dtype}: relative error ${error.toExponential(1)}, at most ${tolerance} is accepted`;
}

/** Decodes a file of the oracle. */
export function readCases(bytes: Uint8Array, file: string): OracleCase[] {
  const { arrays, metadata } = decodeSafetensors(bytes, file);
  const described = JSON.parse(metadata.cases as string) as Omit<OracleCase, 'answers'>[];
  const answers = described.map(() => new Map<string, ArrayLike<number>>());
  for (const [name, { data }] of arrays) {
    const at = name.indexOf(' ');
    answers[Number(name.slice(0, at))]?.set(name.slice(at + 1), data);
  }
  return described.map((one, index) => ({ ...one, answers: answers[index] as Map<string, ArrayLike<number>> }));
}

/** What a case is, for a human: `conv2d(x [1, 5, 5, 3], filter [3, 3, 3, 4], {"strides":2})`. */
export function describeCase({ op, inputs, args }: OracleCase): string {
  const shown = JSON.stringify(args).replace(/"\$(\w+)"/g, (_, name) => `${name} [${inputs[name]?.shape.join(', ')}]`);
  return `${op}(${shown.slice(1, -1)})`;
}

type Op = (...args: unknown[]) => Tensor;

/** Ops whose arguments a case cannot spell, as functions that it can. */
const compositions: Record<string, Op> = {
  maxUnpool2d: (x, options) => {
    const { output, switches } = ops.maxPool2dWithSwitches(x as Tensor, options as ops.Pool2dOptions);
    return ops.maxUnpool2d(output, switches);
  },
};

const INPUT_SEEDS = 2 ** 20;
const seedOf = (seed: number, at: number): number => (Math.imul(seed, INPUT_SEEDS) + at) >>> 0;

function inputTensor(name: string, input: Input, dtype: FloatType, seed: number): Tensor {
  const values = fill(input, seed);
  if (input.role !== 'updated') return tensor(values, input.shape, input.dtype ?? dtype);
  const parameter = new Parameter(name, input.shape, { dtype, trainable: false });
  parameter.assign(tensor(values, input.shape, dtype));
  return parameter;
}

/** Arguments with tensors where `'$name'` stands. */
function substitute(value: unknown, tensors: Readonly<Record<string, Tensor>>): unknown {
  if (typeof value === 'string') return value.startsWith('$') ? tensors[value.slice(1)] : value;
  if (Array.isArray(value)) return value.map((element) => substitute(element, tensors));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, substitute(element, tensors)]));
}

function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let [difference, norm] = [0, 0];
  for (let at = 0; at < expected.length; at++) {
    difference += ((actual[at] as number) - (expected[at] as number)) ** 2;
    norm += (expected[at] as number) ** 2;
  }
  // A norm of 0 leaves the difference itself.
  return norm === 0 ? Math.sqrt(difference) : Math.sqrt(difference / norm);
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, at) => sum + value * (b[at] as number), 0);

/** ⟨f(x), dy⟩ − Σ ⟨xᵢ, fᵀᵢ(dy)⟩ over the inputs of a group, by ‖f(x)‖ ‖dy‖ + Σ ‖xᵢ‖ ‖fᵀᵢ(dy)‖. */
function adjointGap(
  { seed, inputs }: OracleCase,
  group: readonly string[],
  arrays: ReadonlyMap<string, ArrayLike<number>>,
): number {
  const names = Object.keys(inputs);
  const y = arrays.get('output') as ArrayLike<number>;
  const pairs = group.map((name) => [
    fill(inputs[name] as Input, seedOf(seed, names.indexOf(name))),
    arrays.get(`gradient of ${name}`) as ArrayLike<number>,
  ]) as [ArrayLike<number>, ArrayLike<number>][];
  const dy = fill({ shape: [y.length], kind: 'shifted' }, seedOf(seed, names.length));
  const gap = dot(y, dy) - pairs.reduce((sum, [x, dx]) => sum + dot(x, dx), 0);
  const sizes = [[y, dy] as const, ...pairs].map(([a, b]) => Math.sqrt(dot(a, a) * dot(b, b)));
  const size = sizes.reduce((sum, value) => sum + value, 0);
  return size === 0 ? 0 : Math.abs(gap) / size;
}

/** Runs a case, forward and backward, and compares every array. */
export async function compareCase(oracle: OracleCase, dtype: FloatType): Promise<Comparison[]> {
  const { op, seed, inputs, answers } = oracle;
  const names = Object.keys(inputs);
  const tensors = Object.fromEntries(
    names.map((name, at) => [name, inputTensor(name, inputs[name] as Input, dtype, seedOf(seed, at))]),
  );
  const call = compositions[op] ?? (ops as unknown as Record<string, Op>)[op];
  if (call === undefined) throw new Error(`there is no op ${op}`);
  const args = substitute(oracle.args, tensors) as unknown[];
  const forward = (): Tensor => {
    const returned: unknown = call(...args);
    return returned instanceof Tensor
      ? returned
      : ((returned as Record<string, Tensor>)[oracle.result ?? ''] as Tensor);
  };
  const wrt = names.filter((name) => answers.has(`gradient of ${name}`));
  const actual = new Map<string, Tensor>();
  if (wrt.length === 0) actual.set('output', forward());
  else {
    const { value, gradients } = pullback(
      op,
      forward,
      wrt.map((name) => tensors[name] as Tensor),
      ({ shape }) => tensor(fill({ shape, kind: 'shifted' }, seedOf(seed, names.length)), shape, dtype),
    );
    actual.set('output', value);
    for (const [at, name] of wrt.entries()) actual.set(`gradient of ${name}`, gradients[at] as Tensor);
  }
  for (const name of names)
    if (inputs[name]?.role === 'updated') actual.set(`updated ${name}`, tensors[name] as Tensor);

  const arrays = new Map<string, ArrayLike<number>>();
  for (const [name, computed] of actual) arrays.set(name, await computed.data());
  const tolerance = oracle.exact && dtype === 'float64' ? 0 : boundOf(oracle, dtype);
  const compared = [...answers].map(([what, expected]): Comparison => {
    return { what, tolerance, error: relativeError(arrays.get(what) as ArrayLike<number>, expected) };
  });
  for (const group of oracle.linear ?? [])
    compared.push({
      what: `adjoint identity in ${group.join(' and ')}`,
      tolerance: boundOf(oracle, dtype),
      error: adjointGap(oracle, group, arrays),
    });
  for (const t of [...actual.values(), ...Object.values(tensors)]) t.dispose();
  return compared;
}
