// The parts of ONNX's messages (onnx.proto) that its backend tests use: nodes with attributes, and tensors.
import {
  bytesOf,
  floatsOf,
  integerOf,
  integersOf,
  type Message,
  messagesOf,
  readMessage,
  textOf,
  textsOf,
} from './wire.js';

/** A tensor as a file holds it: numbers, whatever its type, which is TensorProto.DataType's name. */
export interface OnnxTensor {
  readonly type: string;
  readonly shape: readonly number[];
  readonly numbers: readonly number[];
}

export type Attribute = number | string | readonly number[] | OnnxTensor;

export interface OnnxNode {
  readonly operator: string;
  /** Names of values; an empty one stands for an optional input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface OnnxModel {
  /** Version of the operators. */
  readonly opset: number;
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Whether inputs and outputs are tensors, not sequences or optional values. */
  readonly tensorsOnly: boolean;
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
}

type Reader = (bytes: ArrayBuffer) => Iterable<number | bigint>;

// By TensorProto.DataType: the name, and the elements of raw_data.
const types: Readonly<Record<number, readonly [string, Reader | undefined]>> = {
  1: ['float32', (bytes) => new Float32Array(bytes)],
  2: ['uint8', (bytes) => new Uint8Array(bytes)],
  3: ['int8', (bytes) => new Int8Array(bytes)],
  4: ['uint16', (bytes) => new Uint16Array(bytes)],
  5: ['int16', (bytes) => new Int16Array(bytes)],
  6: ['int32', (bytes) => new Int32Array(bytes)],
  7: ['int64', (bytes) => new BigInt64Array(bytes)],
  8: ['string', undefined],
  9: ['bool', (bytes) => new Uint8Array(bytes)],
  10: ['float16', undefined],
  11: ['float64', (bytes) => new Float64Array(bytes)],
  12: ['uint32', (bytes) => new Uint32Array(bytes)],
  13: ['uint64', (bytes) => new BigUint64Array(bytes)],
  16: ['bfloat16', undefined],
};

/** TensorProto: dims 1, data_type 2, float_data 4, int32_data 5, int64_data 7, raw_data 9, double_data 10. */
export function readTensor(message: Message): OnnxTensor {
  const [type, reader] = types[integerOf(message, 2)] ?? ['unknown', undefined];
  const raw = bytesOf(message, 9);
  const doubles = (message.get(10) ?? []) as Uint8Array[];
  const numbers =
    raw && reader
      ? Array.from(reader(Uint8Array.from(raw).buffer), Number)
      : [
          ...floatsOf(message, 4),
          ...integersOf(message, 5),
          ...integersOf(message, 7),
          ...doubles.flatMap((bytes) => [...new Float64Array(Uint8Array.from(bytes).buffer)]),
        ];
  return { type, shape: integersOf(message, 1), numbers };
}

/** AttributeProto: name 1, f 2, i 3, s 4, t 5, floats 7, ints 8, type 20. */
function readAttribute(message: Message): [string, Attribute] {
  const readers: Readonly<Record<number, () => Attribute>> = {
    1: () => floatsOf(message, 2)[0] as number,
    2: () => integerOf(message, 3),
    3: () => textOf(message, 4),
    4: () => readTensor(messagesOf(message, 5)[0] as Message),
    6: () => floatsOf(message, 7),
    7: () => integersOf(message, 8),
  };
  return [textOf(message, 1), readers[integerOf(message, 20)]?.() ?? 'unread'];
}

/** NodeProto: input 1, output 2, op_type 4, attribute 5. */
function readNode(message: Message): OnnxNode {
  return {
    operator: textOf(message, 4),
    inputs: textsOf(message, 1),
    outputs: textsOf(message, 2),
    attributes: Object.fromEntries(messagesOf(message, 5).map(readAttribute)),
  };
}

/** ValueInfoProto: type 2. TypeProto: tensor_type 1. */
const isTensor = (value: Message): boolean => messagesOf(value, 2).every((type) => bytesOf(type, 1) !== undefined);

/** ModelProto: graph 7, opset_import 8. GraphProto: node 1, initializer 5, input 11, output 12. */
export function readModel(bytes: Uint8Array): OnnxModel {
  const model = readMessage(bytes);
  const graph = messagesOf(model, 7)[0] as Message;
  const names = (field: number): string[] => messagesOf(graph, field).map((value) => textOf(value, 1));
  const standard = messagesOf(model, 8).find((opset) => textOf(opset, 1) === '');
  return {
    opset: standard ? integerOf(standard, 2) : 1,
    nodes: messagesOf(graph, 1).map(readNode),
    inputs: names(11),
    outputs: names(12),
    tensorsOnly: [11, 12].every((field) => messagesOf(graph, field).every(isTensor)),
    initializers: new Map(messagesOf(graph, 5).map((tensor) => [textOf(tensor, 8), readTensor(tensor)])),
  };
}
