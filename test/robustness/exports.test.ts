// Bad input of everything that is exported: each argument and each option of a good call is replaced by what it must not be
// (exports/mutations.ts). At least four replacements must be refused, each by a typed error that names its subject. What every
// error says is in messages/: read it after `npx vitest run test/robustness -u`.
//
// A new export needs a line in exports/*.ts; the first test fails until it has one.
import { afterAll, describe, expect, it } from 'vitest';
import * as lib from '../../lib/index.js';
import { layerCalls } from './exports/layers.js';
import { type Arguments, mutations } from './exports/mutations.js';
import { opCalls } from './exports/ops.js';
import * as training from './exports/training.js';
import { failureOf } from './support.js';

type Anything = (...args: unknown[]) => unknown;
type Run = (make: Anything, args: Arguments) => unknown;

/** Options of which there can be only one. */
const exclusive = ['average', 'classIndex', 'windowSize', 'weights'];

/** Calls it with the arguments in order. */
const call: Run = (make, args) => make(...Object.values(args));

/** Builds the layer in a model, if there is an input for one. */
const build: Run = (make, { input, ...args }) => {
  if (input === undefined) return call(make, args);
  using model = lib.sequential({ inputShape: input as number[], layers: [call(make, args) as never] });
  return model.parameters;
};

/** Measures a batch with the metric. */
const measure: Run = (make, { output, target, ...args }) => {
  const metric = call(make, args) as lib.metrics.Metric | lib.metrics.ConfusionMatrix;
  const [o, t] = [output as lib.Tensor, target as lib.Tensor];
  return metric instanceof lib.metrics.ConfusionMatrix ? metric.add(o, t) : metric.measure(o, t);
};

/** Makes one step. */
const step: Run = (make, { parameters, gradients, ...args }) => {
  using optimizer = call(make, args) as lib.optimizers.Optimizer;
  return optimizer.step(parameters as lib.Parameter[], gradients as lib.Tensor[]);
};

/** Initialises weights, if their shape is given: by way of `dense`, which checks its options, if it fits. */
const initialize: Run = (make, { weights, initializer, ...args }) => {
  const made = (initializer ?? call(make, args)) as lib.initializers.Initializer;
  if (weights === undefined) return made;
  const shape = weights as readonly number[];
  if (shape[0] !== 2 || shape[1] !== 3) return made(new lib.Parameter('weights', shape), new lib.Random(0));
  return build(lib.layers.dense as Anything, { input: [2], options: { units: 3, weightsInitializer: made } });
};

const tables: Readonly<Record<string, readonly [object, Readonly<Record<string, () => Arguments>>, Run]>> = {
  ops: [lib.ops, opCalls, call],
  layers: [lib.layers, layerCalls, build],
  losses: [lib.losses, training.lossCalls, call],
  metrics: [lib.metrics, training.metricCalls, measure],
  optimizers: [lib.optimizers, training.optimizerCalls, step],
  schedules: [lib.schedules, training.scheduleCalls, call],
  initializers: [lib.initializers, training.initializerCalls, initialize],
};

/** What is said to a bad call, or undefined where it is accepted. */
async function answerTo(run: () => unknown): Promise<string | undefined> {
  const accepted = Symbol();
  const error = await failureOf(async () => {
    await run();
    throw accepted;
  });
  if (error === accepted) return undefined;
  expect(error).toBeInstanceOf(lib.ConvgradError);
  const { name, message } = error as Error;
  if (!(error instanceof lib.DisposedError)) expect(message).toMatch(/^[a-z][\w ()]*( "[\w.]+")?(: |\[)/i);
  return `${name}: ${message}`;
}

/** Exported functions that users call; classes have theirs. */
function callable(namespace: object): string[] {
  const functions = Object.entries(namespace).filter(([, value]) => typeof value === 'function');
  return functions.map(([name]) => name).filter((name) => /^[a-z]/.test(name) && !['ones', 'zeros'].includes(name));
}

describe.each(Object.entries(tables))('bad input of %s', (group, [namespace, calls, run]) => {
  const pages: string[] = [];

  it('every export has a good call', () => {
    expect(Object.keys(calls).sort()).toEqual(callable(namespace).sort());
  });

  it.each(Object.entries(calls))('%s accepts the good call and refuses at least four bad ones', async (name, args) => {
    const make = (namespace as Record<string, Anything>)[name] as Anything;
    await run(make, args());
    const [lines, accepted]: [string[], string[]] = [[], []];
    for (const { what, args: bad } of mutations(args())) {
      const answer = await answerTo(() => run(make, bad));
      if (answer === undefined) accepted.push(what);
      else lines.push(`  ${what} → ${answer}`);
    }
    pages.push([name, ...lines, ...(accepted.length > 0 ? [`  accepted: ${accepted.join('; ')}`] : [])].join('\n'));
    expect(lines.length).toBeGreaterThanOrEqual(4);
    // "it takes …" lists the options: the good call must have them all.
    const plain = Object.values(args()).filter((value) => Object.getPrototypeOf(value) === Object.prototype);
    const given = (plain.at(-1) ?? {}) as object;
    const [, taken = ''] = /unknown option 'nonsense'; it takes ([\w, ]+)/.exec(lines.join('\n')) ?? [];
    expect(
      taken.split(', ').filter((option) => option !== '' && !exclusive.includes(option) && !(option in given)),
    ).toEqual([]);
  });

  it('the messages are those that were read', async () => {
    await expect(`${pages.join('\n\n')}\n`).toMatchFileSnapshot(`messages/${group}.txt`);
  });
});

afterAll(() => lib.synchronize());
