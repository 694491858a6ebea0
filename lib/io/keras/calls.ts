// Who is given what in a functional model. Keras 2 and TensorFlow.js write the calls of a layer as
//
//   [[["conv1", 0, 0, {}], ["conv2", 0, 0, {}]], …]   a list of calls, each a list of [layer, call of that layer, output, arguments]
//
// and Keras 3 as [{ "args": […], "kwargs": {} }, …], with { "config": { "keras_history": [layer, call, output] } } for each tensor.
import { show } from '../../tensor/arguments.js';
import { isRecord } from '../../tensor/named.js';
import type { Fail } from './config.js';

/** What a call of a layer puts out. */
export interface TensorReference {
  readonly layer: string;
  /** Which of the calls of that layer, from 0. */
  readonly call: number;
}

function readReference(value: unknown, fail: Fail): TensorReference {
  const [layer, call, output] = Array.isArray(value) ? (value as unknown[]) : [];
  if (typeof layer !== 'string' || !Number.isSafeInteger(call) || (call as number) < 0)
    return fail(`refers to ${show(value)}, expected [layer, call, output]`);
  return output === 0
    ? { layer, call: call as number }
    : fail(`refers to output ${show(output)} of '${layer}', which has one`);
}

/** A list of [layer, call, output]; Keras 3 leaves the outer brackets out where there is one. */
export function readReferences(value: unknown, fail: Fail): TensorReference[] {
  if (!Array.isArray(value)) return fail(`refers to ${show(value)}, expected an array of [layer, call, output]`);
  const list: unknown[] = typeof value[0] === 'string' ? [value] : value;
  return list.map((one) => readReference(one, fail));
}

function checkArguments(value: unknown, ignored: readonly string[], fail: Fail): void {
  for (const [name, given] of Object.entries(isRecord(value) ? value : {})) {
    if (given !== null && !ignored.includes(name))
      fail(`is called with ${name} = ${show(given)}, which cannot be expressed; ignore: ['${name}'] leaves it out`);
  }
}

/** The calls of a layer, each with what it is given. */
export function readCalls(inbound: unknown, ignored: readonly string[], fail: Fail): TensorReference[][] {
  if (!Array.isArray(inbound)) return fail(`has inbound_nodes ${show(inbound)}, expected an array`);
  return inbound.map((call: unknown) => {
    if (isRecord(call)) {
      checkArguments(call.kwargs, ignored, fail);
      const given: unknown[] = Array.isArray(call.args) ? call.args.flat() : [];
      return given.map((tensor) => {
        const config = isRecord(tensor) ? tensor.config : undefined;
        return readReference(isRecord(config) ? config.keras_history : tensor, fail);
      });
    }
    if (!Array.isArray(call)) return fail(`has the inbound node ${show(call)}, expected an array`);
    for (const tensor of call) checkArguments(Array.isArray(tensor) ? tensor[3] : undefined, ignored, fail);
    return readReferences(call, fail);
  });
}
