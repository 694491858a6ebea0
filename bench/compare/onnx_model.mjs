// Writes ONNX models, as far as the benchmarks need them: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3
// A protobuf message is a row of fields: (number · 8 + wire type) as a varint, then a varint (0) or a length and bytes (2).

function varint(value) {
  const bytes = [];
  for (let rest = BigInt(value); ; rest >>= 7n) {
    const low = Number(rest & 127n);
    if (rest < 128n) return Buffer.from([...bytes, low]);
    bytes.push(low | 128);
  }
}

const integer = (field, value) => Buffer.concat([varint(field * 8), varint(value)]);

function bytes(field, value) {
  const content = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([varint(field * 8 + 2), varint(content.length), content]);
}

const message = (field, ...parts) => bytes(field, Buffer.concat(parts));

const float = 1; // TensorProto.DataType
const attributeTypes = { integer: 2, integers: 7 };

function attribute([name, value]) {
  const content = Array.isArray(value)
    ? [...value.map((item) => integer(8, item)), integer(20, attributeTypes.integers)]
    : [integer(3, value), integer(20, attributeTypes.integer)];
  return message(5, bytes(1, name), ...content);
}

function valueInfo(field, name, shape) {
  const dimensions = shape.map((extent) => message(1, integer(1, extent)));
  return message(field, bytes(1, name), message(2, message(1, integer(1, float), message(2, ...dimensions))));
}

/** A graph that grows node by node, from the input `x` to the value last added. */
export class OnnxModel {
  #parts = [];
  #values = 0;
  #inputShape;

  constructor(inputShape) {
    this.#inputShape = inputShape;
  }

  /** Adds a float constant of this shape; returns its name. */
  constant(shape, values) {
    const name = `w${this.#values++}`;
    const raw = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    const dimensions = shape.map((extent) => integer(1, extent));
    this.#parts.push(message(5, ...dimensions, integer(2, float), bytes(8, name), bytes(9, raw)));
    return name;
  }

  /** Adds an operator on named values; returns the name of its output. */
  node(type, inputs, attributes = {}) {
    const name = `v${this.#values++}`;
    const names = [...inputs.map((input) => bytes(1, input)), bytes(2, name), bytes(4, type)];
    this.#parts.push(message(1, ...names, ...Object.entries(attributes).map(attribute)));
    return name;
  }

  /** The file, with `output` for its output. */
  encode(output) {
    const ends = [valueInfo(11, 'x', this.#inputShape), message(12, bytes(1, output))];
    const graph = message(7, ...this.#parts, bytes(2, 'graph'), ...ends);
    return Buffer.concat([integer(1, 8), message(8, integer(2, 13)), graph]);
  }
}
