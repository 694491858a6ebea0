/**
 * Reverse-mode differentiation: ops record themselves while a tape runs; the tape is then walked backwards once.
 *
 * A value is tracked if it depends on one of the tensors asked for; only ops with a tracked input are recorded, and only
 * tracked inputs get a gradient. A record holds its own share of the memory of what the op saved, so that scopes may
 * release everything else early, and gives it up as soon as its gradients are computed.
 */
import { native } from '../native.js';
import { ArgumentError } from '../tensor/errors.js';
import { Parameter } from '../tensor/parameter.js';
import { scope } from '../tensor/scope.js';
import { formatShape, sameShape } from '../tensor/shape.js';
import { aliasOf, empty, Tensor } from '../tensor/tensor.js';
import type { BackwardPass } from './backward_pass.js';

declare module '../native.js' {
  interface Native {
    /** y ← a + b, all of one length. Sums the gradients of a value that several ops used. */
    accumulate(a: Handle, b: Handle, y: Handle): void;
  }
}

/** What an op keeps from its forward pass: tensors, and anything else its backward pass needs. */
export type Saved = Readonly<Record<string, unknown>>;

/** The gradient of each input, computed on demand; undefined where an input has none. */
export type InputGradients = readonly ((() => Tensor) | undefined)[];

interface Entry {
  readonly name: string;
  readonly inputs: readonly (number | undefined)[];
  readonly output: number;
  readonly saved: Saved;
  readonly shared: readonly Tensor[];
  readonly parameters: readonly { parameter: Parameter; version: number }[];
  readonly backward: (dy: Tensor, saved: Saved, pass: BackwardPass) => InputGradients;
}

let active: Tape | undefined;

/** The tape that records at present. */
export function activeTape(): Tape | undefined {
  return active;
}

export class Tape {
  readonly #tracked = new Set<number>();
  readonly #entries: Entry[] = [];

  constructor(wrt: readonly Tensor[]) {
    for (const value of wrt) this.watch(value);
  }

  /** Makes a value one that may be differentiated by, from here on: what it was made from need not be tracked. */
  watch(value: Tensor): void {
    this.#tracked.add(value.id);
  }

  /** Runs `forward` with this tape recording. */
  run<R>(forward: () => R): R {
    if (active)
      throw new ArgumentError('valueAndGradients: gradients of gradients are not supported; do not nest the calls');
    active = this;
    try {
      return forward();
    } finally {
      active = undefined;
    }
  }

  /** Whether a gradient may be asked for any of these. */
  tracks(inputs: readonly (Tensor | undefined)[]): boolean {
    return inputs.some((input) => input !== undefined && this.#tracked.has(input.id));
  }

  record(
    name: string,
    inputs: readonly (Tensor | undefined)[],
    output: Tensor,
    saved: Saved,
    backward: Entry['backward'],
  ): void {
    const kept: Record<string, unknown> = {};
    const shared: Tensor[] = [];
    const parameters: { parameter: Parameter; version: number }[] = [];
    const ids = inputs.map((input) => (input !== undefined && this.#tracked.has(input.id) ? input.id : undefined));
    this.#entries.push({ name, inputs: ids, output: output.id, saved: kept, shared, parameters, backward });
    this.#tracked.add(output.id);
    for (const [key, value] of Object.entries(saved)) {
      if (value instanceof Parameter) parameters.push({ parameter: value, version: value.version });
      if (value instanceof Tensor) {
        const share = aliasOf(value, value.shape, 'maker');
        shared.push(share);
        kept[key] = share;
      } else kept[key] = value;
    }
  }

  /** Bytes of what the recorded ops saved for the backward pass. */
  get savedBytes(): number {
    return this.#entries.flatMap(({ shared }) => shared).reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** The gradients of ⟨dy, output⟩ by each of `wrt`; undefined where it does not depend on one. Uses the tape up. */
  gradients(output: Tensor, dy: Tensor, wrt: readonly Tensor[], pass: BackwardPass): (Tensor | undefined)[] {
    const gradients = new Map<number, Tensor>([[output.id, dy]]);
    const wanted = new Set(wrt.map(({ id }) => id));
    for (let entry = this.#entries.at(-1); entry !== undefined; entry = this.#entries.at(-1)) {
      const upstream = gradients.get(entry.output);
      if (upstream !== undefined) {
        for (const { parameter, version } of entry.parameters) checkFresh(entry.name, parameter, version);
        const passing = upstream !== dy && !wanted.has(entry.output);
        propagate(entry, upstream, gradients, { ...pass, overwritable: passing && !native.shared(upstream.handle) });
        if (!wanted.has(entry.output)) {
          gradients.delete(entry.output);
          if (upstream !== dy) upstream.dispose();
        }
      }
      for (const share of entry.shared) share.dispose();
      this.#entries.pop();
    }
    return wrt.map(({ id }) => gradients.get(id));
  }

  /** Gives up what the records hold, after a failure. */
  discard(): void {
    for (const { shared } of this.#entries.splice(0)) for (const share of shared) share.dispose();
  }
}

function checkFresh(op: string, parameter: Parameter, version: number): void {
  if (parameter.version !== version)
    throw new ArgumentError(
      `${op}: parameter "${parameter.name}" was overwritten between the forward and the backward pass; update parameters after valueAndGradients`,
    );
}

/** Adds the gradients of one op's inputs to `gradients`. */
function propagate(entry: Entry, dy: Tensor, gradients: Map<number, Tensor>, pass: BackwardPass): void {
  const contributions = scope(() => {
    const thunks = entry.backward(dy, entry.saved, pass);
    return entry.inputs.map((id, index) => {
      const contribution = id === undefined ? undefined : thunks[index]?.();
      // Gradients are released once used; this one may be dy, a saved value, a parameter, or another input's gradient, too.
      return contribution && aliasOf(contribution);
    });
  });
  for (const [index, contribution] of contributions.entries()) {
    const id = entry.inputs[index];
    if (id === undefined || contribution === undefined) continue;
    const earlier = gradients.get(id);
    gradients.set(id, earlier === undefined ? contribution : addGradients(entry.name, earlier, contribution));
  }
}

/** a + b, two gradients of one value; both are released. @internal */
export function addGradients(op: string, a: Tensor, b: Tensor): Tensor {
  if (!sameShape(a.shape, b.shape))
    throw new ArgumentError(
      `${op}: gradients of one value have shapes ${formatShape(a.shape)} and ${formatShape(b.shape)}`,
    );
  const total = empty(a.shape, a.dtype);
  native.accumulate(a.handle, b.handle, total.handle);
  a.dispose();
  b.dispose();
  return total;
}
