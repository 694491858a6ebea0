// Files that are whole or not there: whatever happens, readers find the old contents or the new ones, never a part.
//
//   temporary file in the same folder → fsync → rename over the old file → fsync of the folder
import { type FileHandle, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';

let count = 0;

/** Writes pieces one after the other as one file, atomically. The event loop stays free. */
export async function writeAtomically(file: string, pieces: readonly Uint8Array[]): Promise<void> {
  const temporary = `${file}.${process.pid}-${count++}.tmp`;
  try {
    await withFile(temporary, 'wx', async (handle) => {
      for (const piece of pieces) await handle.writeFile(piece);
      await handle.sync();
    });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(path.dirname(file));
}

/** Removes what interrupted writes of files ending in `extension` have left in a folder. */
export async function removeLeftovers(folder: string, extension: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.includes(`${extension}.`) && /\.\d+-\d+\.tmp$/.test(name))
      await rm(path.join(folder, name), { force: true });
  }
}

/** A file's bytes. @throws ArgumentError (rejects with) when it cannot be read */
export async function readWhole(subject: string, file: string): Promise<Uint8Array> {
  checkPath(subject, file);
  try {
    return await readFile(file);
  } catch (cause) {
    throw new ArgumentError(`${subject}: cannot read '${file}': ${(cause as Error).message}`, { cause });
  }
}

/** @throws ArgumentError unless `file` is a path */
export function checkPath(subject: string, file: unknown): asserts file is string {
  if (typeof file !== 'string' || file === '')
    throw new ArgumentError(`${subject}: expected a path, but received ${show(file)}`);
}

/** Makes a rename survive a power cut. Windows cannot open folders, and does without. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  await withFile(folder, 'r', (handle) => handle.sync());
}

async function withFile(file: string, flags: string, use: (handle: FileHandle) => Promise<void>): Promise<void> {
  const handle = await open(file, flags);
  try {
    await use(handle);
  } finally {
    await handle.close();
  }
}
