// Bytes that are read by range: of an array, or (by whoever implements the interface) of a file too large for memory.

/** Something of a known size that can be read anywhere. */
export interface ByteSource {
  readonly size: number;
  /** The bytes from `offset` on; fewer than `length` at the end. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** A source over bytes in memory; what it gives are views. */
export function byteSource(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length) };
}
