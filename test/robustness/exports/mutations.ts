// Bad calls made from a good one: every argument, and every option, is replaced by what it must not be.
import { ones, Tensor } from '../../../lib/index.js';

/** The arguments of a call, in order, by what messages may call them. */
export type Arguments = Readonly<Record<string, unknown>>;

/** A bad call: what is wrong, `options.strides = NaN`, and its arguments. */
export interface Mutation {
  readonly what: string;
  readonly args: Arguments;
}

type Bad = readonly [shown: string, value: unknown];

function released(like: Tensor): Tensor {
  const t = ones(like.shape, like.dtype);
  t.dispose();
  return t;
}

function badTensors(t: Tensor): Bad[] {
  const dtype = t.dtype === 'int32' ? 'float32' : 'int32';
  return [
    ['undefined', undefined],
    ['an array', [1, 2]],
    [`${dtype} [${t.shape.join(', ')}]`, ones(t.shape, dtype)],
    [`${t.dtype} [${[...t.shape, 2].join(', ')}]`, ones([...t.shape, 2], t.dtype)],
    ['a released tensor', released(t)],
  ];
}

function isPlain(value: unknown): value is Arguments {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** What `value` must not be. */
function badValues(name: string, value: unknown): Bad[] {
  if (value instanceof Tensor) return badTensors(value);
  if (name === 'name')
    return [
      ['3', 3],
      ["'a.b'", 'a.b'],
    ];
  if (name === 'input') return [[], [5], [5, 5], [5, 5, 5, 5]].map((shape) => [`[${shape.join(', ')}]`, shape]);
  if (name === 'initializer')
    return [
      ['3', 3],
      ['its factory', (value as { factory: unknown }).factory],
    ];
  if (typeof value === 'number')
    return [
      ['NaN', Number.NaN],
      ['Infinity', Number.POSITIVE_INFINITY],
      ['-1', -1],
      ['0.5', 0.5],
      ["'1'", '1'],
      ['null', null],
    ];
  if (typeof value === 'boolean') return [['1', 1]];
  if (typeof value === 'string')
    return [
      ["'nonsense'", 'nonsense'],
      ['3', 3],
    ];
  if (typeof value === 'function') return [['3', 3]];
  if (Array.isArray(value))
    return [
      ['undefined', undefined],
      ["['x']", ['x']],
      ['[NaN]', [Number.NaN]],
      ['[]', []],
    ];
  if (isPlain(value))
    return [
      ['2', 2],
      ['{ nonsense: true }', { ...value, nonsense: true }],
    ];
  return [
    ['undefined', undefined],
    ['{}', {}],
  ];
}

/** All bad calls of one change each. */
export function mutations(args: Arguments, path = ''): Mutation[] {
  return Object.entries(args).flatMap(([name, value]) => {
    const named = `${path}${name}`;
    const replaced = badValues(name, value).map(([shown, bad]) => ({
      what: `${named} = ${shown}`,
      args: { ...args, [name]: bad },
    }));
    const inside = isPlain(value)
      ? mutations(value, `${named}.`).map(({ what, args: changed }) => ({ what, args: { ...args, [name]: changed } }))
      : [];
    return [...replaced, ...inside];
  });
}
