// Protocol Buffers' wire format, as much of it as ONNX files use: a message is a run of (tag, value) pairs, the tag a varint of
// field number and wire type. https://protobuf.dev/programming-guides/encoding

/** The fields of a message by number, in order; a varint as bigint, everything else as its bytes. */
export type Message = ReadonlyMap<number, readonly (bigint | Uint8Array)[]>;

/** Splits a message into its fields; what the fields mean only their reader knows. */
export function readMessage(bytes: Uint8Array): Message {
  const fields = new Map<number, (bigint | Uint8Array)[]>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new Error('the message ends within a number');
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asIntN(64, value);
    }
  };
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new Error('the message ends within a field');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const number = tag >>> 3;
    const values = fields.get(number) ?? [];
    fields.set(number, values);
    const type = tag & 7;
    if (type === 0) values.push(varint());
    else if (type === 1) values.push(take(8));
    else if (type === 2) values.push(take(Number(varint())));
    else if (type === 5) values.push(take(4));
    else throw new Error(`wire type ${type} is not one of proto3`);
  }
  return fields;
}

/** The last value of a field that holds bytes, a string or a message. */
export function bytesOf(message: Message, field: number): Uint8Array | undefined {
  return message.get(field)?.at(-1) as Uint8Array | undefined;
}

export function textOf(message: Message, field: number): string {
  return new TextDecoder().decode(bytesOf(message, field) ?? new Uint8Array());
}

export function integerOf(message: Message, field: number): number {
  return Number((message.get(field)?.at(-1) as bigint | undefined) ?? 0n);
}

export function messagesOf(message: Message, field: number): Message[] {
  return ((message.get(field) ?? []) as Uint8Array[]).map(readMessage);
}

export function textsOf(message: Message, field: number): string[] {
  return ((message.get(field) ?? []) as Uint8Array[]).map((bytes) => new TextDecoder().decode(bytes));
}

/** A repeated integer, packed or one by one. */
export function integersOf(message: Message, field: number): number[] {
  return (message.get(field) ?? []).flatMap((value) => {
    if (typeof value === 'bigint') return [Number(value)];
    // A packed run reads like the values of field 0 of a message whose tags are left out: put them back.
    const tagged: number[] = [];
    let first = true;
    for (const byte of value) {
      if (first) tagged.push(8);
      tagged.push(byte);
      first = byte < 128;
    }
    return ((readMessage(Uint8Array.from(tagged)).get(1) ?? []) as bigint[]).map(Number);
  });
}

/** A repeated float, packed or one by one. */
export function floatsOf(message: Message, field: number): number[] {
  return ((message.get(field) ?? []) as Uint8Array[]).flatMap((bytes) => [
    ...new Float32Array(Uint8Array.from(bytes).buffer),
  ]);
}
