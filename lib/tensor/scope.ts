/**
 * Scopes free temporaries without anybody naming them: every tensor created while a scope runs is released when it ends,
 * except what the scope's function returns.
 *
 * Tensors created outside any scope live until they are disposed or garbage collected.
 */
import { ArgumentError } from './errors.js';

/** What scopes need to know of a tensor. */
export interface Scoped {
  dispose(): void;
  /** Hands the tensor to the garbage collector: no scope owns it any more. */
  escape(): void;
}

let current: Scoped[] | undefined;

/** Makes the running scope, or else the garbage collector, the owner of a new tensor. */
export function own(created: Scoped): void {
  if (current) current.push(created);
  else created.escape();
}

function isScoped(value: object): value is Scoped {
  return 'escape' in value && typeof value.escape === 'function';
}

/** Adds the tensors in `value` (a tensor, or arrays, maps and plain objects of them) to `found`, with all else on the way. */
function collectTensors(value: unknown, found: Set<object>): void {
  if (typeof value !== 'object' || value === null || found.has(value)) return;
  found.add(value);
  if (isScoped(value)) return;
  if (Array.isArray(value) || value instanceof Map || value instanceof Set)
    for (const item of value) collectTensors(item, found);
  else if ([Object.prototype, null].includes(Object.getPrototypeOf(value)))
    for (const item of Object.values(value)) collectTensors(item, found);
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/**
 * Runs `body` and releases every tensor created meanwhile, except those it returns (in arrays, maps or plain objects, too).
 *
 * @param body a synchronous function; it may throw, and then everything is released
 * @throws ArgumentError if `body` is no function or returns a promise
 * @example
 * const norm = scope(() => ops.sqrt(ops.sum(ops.multiply(x, x))));
 */
export function scope<R>(body: () => R): R {
  if (typeof body !== 'function') throw new ArgumentError(`scope: expected a function, but received ${typeof body}`);
  const outer = current;
  const owned: Scoped[] = [];
  current = owned;
  const kept = new Set<object>();
  try {
    const result = body();
    if (isPromise(result)) {
      result.then(undefined, () => {}); // its failure, if any, is not the one to report
      throw new ArgumentError('scope: expected a synchronous function, but it returned a promise');
    }
    collectTensors(result, kept);
    return result;
  } finally {
    current = outer;
    for (const created of owned) {
      if (!kept.has(created)) created.dispose();
      else if (outer) outer.push(created);
      else created.escape();
    }
  }
}
