// Where `npx convgrad data <name>` keeps datasets and the loaders below look for them: a folder per dataset below
//
//   $CONVGRAD_CACHE, else $XDG_CACHE_HOME/convgrad, else %LOCALAPPDATA%\convgrad\Cache (Windows), else ~/.cache/convgrad
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { ArgumentError } from '../tensor/errors.js';

/** The folder of all cached datasets, whether it exists or not. */
export function cacheRoot(env: NodeJS.ProcessEnv = process.env): string {
  if (env.CONVGRAD_CACHE) return path.resolve(env.CONVGRAD_CACHE);
  if (env.XDG_CACHE_HOME && path.isAbsolute(env.XDG_CACHE_HOME)) return path.join(env.XDG_CACHE_HOME, 'convgrad');
  if (process.platform === 'win32' && env.LOCALAPPDATA) return path.join(env.LOCALAPPDATA, 'convgrad', 'Cache');
  return path.join(homedir(), '.cache', 'convgrad');
}

/** The path of a file of a cached dataset. @throws ArgumentError with the command that gets it, where it is missing */
export function cachedFile(name: string, file: string): string {
  const folder = path.join(cacheRoot(), name);
  const found = path.join(folder, file);
  if (!existsSync(found))
    throw new ArgumentError(
      `data: ${name} is not in the cache (${folder}); get it once with: npx convgrad data ${name}`,
    );
  return found;
}
