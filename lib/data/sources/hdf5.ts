// HDF5 files, read by the package h5wasm, which has to be installed beside this one.
import { access } from 'node:fs/promises';
import { ArgumentError, ConvgradError, FormatError } from '../../tensor/errors.js';
import { optionalPeer } from './optional_peer.js';

/** What h5wasm gives of an object in a file, as far as it is used here. */
export interface H5Object {
  /** Of a dataset. */
  readonly value?: unknown;
  readonly shape?: readonly number[] | null;
  readonly attrs: Readonly<Record<string, { readonly value: unknown }>>;
  /** Of a group: what is in it. */
  get?(path: string): H5Object | null;
}

/** An open file. */
export interface H5File extends H5Object {
  readonly file_id: bigint;
  get(path: string): H5Object | null;
  dereference(reference: unknown): H5Object | null;
  close(): unknown;
}

interface H5wasm {
  readonly ready: Promise<{ activate_throwing_error_handler(): number; deactivate_throwing_error_handler(): number }>;
  readonly File: new (path: string, mode: 'r') => H5File;
}

/**
 * Opens a file, reads from it and closes it.
 *
 * @param what it should be: `'a digitStruct'`
 * @throws (rejects with) ArgumentError when it cannot be opened or h5wasm is not installed, FormatError when HDF5 gives up
 */
export async function readHdf5<T>(
  subject: string,
  file: string,
  what: string,
  read: (opened: H5File) => T,
): Promise<T> {
  await access(file).catch((cause: Error) => {
    throw new ArgumentError(`${subject}: cannot read '${file}': ${cause.message}`, { cause });
  });
  const { default: h5 } = await optionalPeer<{ default: H5wasm }>(subject, 'h5wasm', 'h5wasm/node');
  const library = await h5.ready;
  library.activate_throwing_error_handler(); // instead of printing to stderr
  let opened: H5File | undefined;
  try {
    opened = new h5.File(file, 'r');
    if (opened.file_id < 0n) throw new Error('it is not an HDF5 file');
    return read(opened);
  } catch (cause) {
    if (cause instanceof ConvgradError) throw cause;
    const [reason] = (cause as Error).message.split('\n');
    throw new FormatError(file, 0, `cannot be read as ${what}: ${reason}`, { cause });
  } finally {
    if (opened !== undefined && opened.file_id >= 0n) opened.close();
    library.deactivate_throwing_error_handler();
  }
}
