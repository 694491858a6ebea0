// A checkpoint: one safetensors file with a training's arrays and, as metadata, its numbers and a checksum over both.
//
//   sha256   of the progress as JSON, then of each array in the order of names: "name dtype [shape]" and the elements
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { decodeSafetensors, type NamedArray, safetensorsPieces } from '../formats/safetensors.js';
import { dtypeOf } from '../tensor/dtype.js';
import { FormatError } from '../tensor/errors.js';
import { formatShape } from '../tensor/shape.js';
import type { Progress, Snapshot } from '../training/snapshot.js';
import { readWhole, writeAtomically } from './atomic_file.js';

const SLICE = 1 << 20; // hashed in one go: about a millisecond between visits to the event loop

/** Writes a snapshot to a file, atomically. */
export async function writeCheckpoint(file: string, { progress, arrays }: Snapshot): Promise<void> {
  const json = JSON.stringify(progress);
  const sha256 = await digest(json, arrays);
  await writeAtomically(file, safetensorsPieces(arrays, { format: 'convgrad checkpoint', progress: json, sha256 }));
}

/**
 * Reads a checkpoint, for `fit` to resume from.
 *
 * @throws (rejects with) ArgumentError when it cannot be read, FormatError when it is truncated, corrupt or no checkpoint
 * @example
 * const resume = await loadCheckpoint('checkpoints/step-00000500.safetensors');
 */
export async function loadCheckpoint(file: string): Promise<Snapshot> {
  const { arrays, metadata } = decodeSafetensors(await readWhole('loadCheckpoint', file), file);
  const { format, progress, sha256 } = metadata;
  if (format !== 'convgrad checkpoint' || progress === undefined) throw new FormatError(file, 8, 'is no checkpoint');
  const found = await digest(progress, arrays);
  if (found !== sha256)
    throw new FormatError(file, 8, `is corrupt: SHA-256 of the contents is ${found}, expected ${sha256}`);
  return { progress: JSON.parse(progress) as Progress, arrays };
}

async function digest(json: string, arrays: ReadonlyMap<string, NamedArray>): Promise<string> {
  const hash = createHash('sha256').update(json);
  for (const name of [...arrays.keys()].sort()) {
    const { data, shape } = arrays.get(name) as NamedArray;
    hash.update(`\n${name} ${dtypeOf(data)} ${formatShape(shape)}\n`);
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    for (let start = 0; start < bytes.length; start += SLICE) {
      hash.update(bytes.subarray(start, start + SLICE));
      if (bytes.length > SLICE) await setImmediate();
    }
  }
  return hash.digest('hex');
}
