// Runs a network step by step, as a training step would, with the clock on each.
//
// One forward pass records the steps: what runs as one, with its inputs. Then each step runs alone several times: forward while
// a tape records it, backward from a gradient of ones, the stream awaited after each. A step's gradients are those a training
// step asks for: by its trainable parameters, and by the inputs that depend on some.
import { backwardPass } from '../autograd/backward_pass.js';
import { type Precision, withPrecision } from '../autograd/precision.js';
import { Tape } from '../autograd/tape.js';
import { Container } from '../layers/container.js';
import { type ForwardStep, Layer, type LayerContext, type Surveyed } from '../layers/layer.js';
import { synchronize } from '../native.js';
import { median } from '../tensor/median.js';
import { entriesOf, isTensor, type Shapes, type Tensors, type TensorsOf } from '../tensor/named.js';
import { type Parameter, viewOf } from '../tensor/parameter.js';
import { scope } from '../tensor/scope.js';
import { ones, type Tensor } from '../tensor/tensor.js';
import type { Network } from './network.js';
import { ModelProfile, type PassProfile, type ProfileOptions, type ProfileRow, passProfile } from './profile.js';

/** A step with the inputs that a gradient is needed for. */
interface RecordedStep extends ForwardStep {
  readonly tracked: readonly Tensor[];
}

const pass = backwardPass('profile', {});

/** What a forward pass left: its steps, and where the maxima of its pooling layers stood. */
interface Recording {
  readonly steps: readonly RecordedStep[];
  readonly switches: NonNullable<LayerContext['switches']>;
  /** The tensors that these hold. */
  readonly tensors: readonly Tensor[];
}

/** Profiles a network on a batch; its parameters and statistics are afterwards what they were. */
export async function profileNetwork<Input extends Shapes, Output extends Shapes>(
  network: Network<Input, Output>,
  x: TensorsOf<Input>,
  context: LayerContext,
  { repetitions, precision }: Required<Pick<ProfileOptions, 'repetitions' | 'precision'>>,
): Promise<ModelProfile> {
  const parameters = [...new Set(network.parameters.values())];
  const statistics = parameters.filter(({ trainable }) => !trainable).map((of) => ({ of, copy: viewOf(of) }));
  const given = entriesOf<Tensor>(x as Tensors, isTensor).map(([, tensor]) => tensor);
  let recording: Recording | undefined;
  try {
    recording = withPrecision(precision, () => record(network, x, context, parameters));
    const rows: ProfileRow[] = [];
    for (const step of recording.steps) {
      for (const [layer, switches] of recording.switches) context.switches?.set(layer, switches); // not those of a repetition
      rows.push(await measure(step, repetitions, precision));
    }
    return new ModelProfile((given[0] as Tensor).shape[0] as number, rows);
  } finally {
    for (const { of, copy } of statistics) {
      of.assign(copy);
      copy.dispose();
    }
    for (const tensor of recording?.tensors ?? []) if (!given.includes(tensor)) tensor.dispose();
  }
}

/** Runs a forward pass as training does. */
function record<Input extends Shapes, Output extends Shapes>(
  network: Network<Input, Output>,
  x: TensorsOf<Input>,
  context: LayerContext,
  parameters: readonly Parameter[],
): Recording {
  const tape = new Tape(parameters.filter(({ trainable }) => trainable));
  const steps: RecordedStep[] = [];
  const observe = (step: ForwardStep): void => {
    steps.push({ ...step, tracked: step.inputs.filter((input) => tape.tracks([input])) });
  };
  const forward = (): Recording => {
    network.forward(x, { ...context, observe });
    const switches = new Map(context.switches);
    const positions = [...switches.values()].map((found) => found.positions);
    return { steps, switches, tensors: [...steps.flatMap(({ inputs }) => inputs), ...positions] };
  };
  try {
    return tape.run(() => scope(forward));
  } finally {
    tape.discard();
  }
}

async function measure(step: RecordedStep, repetitions: number, precision: Precision): Promise<ProfileRow> {
  const runs: Run[] = [];
  await runOnce(step, precision);
  for (let i = 0; i < repetitions; i++) runs.push(await runOnce(step, precision));
  const [{ outputShape, forward, backward }] = runs as [Run];
  const typical = (passes: readonly PassProfile[], { operations, bytes }: PassProfile): PassProfile =>
    passProfile(median(passes.map(({ milliseconds }) => milliseconds)), operations, bytes);
  const [path = '', ...fused] = step.paths;
  return {
    path,
    kind: step.layers.map(kindOf).join(' + '),
    fused,
    outputShape,
    forward: typical(
      runs.map((run) => run.forward),
      forward,
    ),
    backward:
      backward &&
      typical(
        runs.flatMap((run) => run.backward ?? []),
        backward,
      ),
  };
}

type Run = Pick<ProfileRow, 'outputShape' | 'forward' | 'backward'>;

async function runOnce({ layers, inputs, tracked, run }: RecordedStep, precision: Precision): Promise<Run> {
  const parameters = [...new Set(layers.flatMap(parametersOf))];
  const trainable = parameters.filter((parameter) => parameter.trainable);
  const wrt = [...new Set([...tracked, ...trainable])];
  const [{ shape }] = inputs as [Tensor];
  const operations = 2 * (shape[0] as number) * (layers[0] as Surveyed).macs(shape.slice(1));
  const tape = new Tape(wrt);
  let output: Tensor | undefined;
  let dy: Tensor | undefined;
  try {
    const [computed, forwardTime] = await timed(() =>
      tape.run(() => scope(() => withPrecision(precision, () => run(inputs)))),
    );
    output = computed;
    const forward = passProfile(forwardTime, operations, bytesOf([...inputs, ...parameters, computed]));
    const outputShape = computed.shape.slice(1);
    if (wrt.length === 0) return { outputShape, forward, backward: undefined };
    const bytes = computed.byteLength + tape.savedBytes + bytesOf(wrt);
    const gradient = ones(computed.shape, computed.dtype);
    dy = gradient;
    await synchronize();
    const [, backwardTime] = await timed(() => scope(() => void tape.gradients(computed, gradient, wrt, pass)));
    const gradients = Number(tracked.length > 0) + Number(trainable.length > 0);
    return { outputShape, forward, backward: passProfile(backwardTime, gradients * operations, bytes) };
  } finally {
    tape.discard();
    if (output && !inputs.includes(output)) output.dispose();
    dy?.dispose();
  }
}

/** The result, and the milliseconds until everything was computed. */
async function timed<R>(enqueue: () => R): Promise<[result: R, milliseconds: number]> {
  const start = performance.now();
  const result = enqueue();
  await synchronize();
  return [result, performance.now() - start];
}

function bytesOf(tensors: readonly Tensor[]): number {
  return tensors.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** Its own: a container's are its children's. */
function parametersOf(layer: Surveyed): readonly Parameter[] {
  return layer instanceof Layer && !(layer instanceof Container) ? [...layer.parameters.values()] : [];
}

/** An activation in an epilogue goes by its own name. */
function kindOf(layer: Surveyed, place: number): string {
  return (place > 0 && layer instanceof Layer && layer.epilogue) || layer.kind;
}
