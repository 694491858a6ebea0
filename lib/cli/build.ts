/**
 * `convgrad build`: compiles the addon from the sources in this package into `build/Release/convgrad.node`, which is
 * preferred over the shipped binaries.
 *
 * It needs a C++20 compiler and CMake from the system. The npm packages cmake-js and node-addon-api are used where they
 * are installed; otherwise the versions pinned in package.json are fetched into a temporary folder.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ConvgradError } from '../tensor/errors.js';
import { doctor, packageRoot } from './doctor.js';

const windows = process.platform === 'win32';

function works(command: string): boolean {
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;
}

/** What the system lacks, in words; empty if all is there. */
function missingTools(): string[] {
  const missing = [];
  if (!works('cmake')) missing.push('CMake 3.20 or newer (https://cmake.org)');
  // CMake finds Visual Studio by itself.
  const compilers = [process.env.CXX, 'c++', 'g++', 'clang++'].filter((name) => name !== undefined);
  if (!windows && !compilers.some(works)) missing.push('a C++20 compiler (g++ 11 or newer, or clang 14 or newer)');
  return missing;
}

interface Tools {
  /** The script to run with node. */
  readonly cmakeJs: string;
  /** The folder of napi.h. */
  readonly nodeAddonApi: string;
}

/** Finds the npm packages as seen from `folder`, or undefined where one is missing. */
function findTools(folder: string): Tools | undefined {
  const require = createRequire(path.join(folder, 'package.json'));
  try {
    return {
      cmakeJs: path.join(path.dirname(require.resolve('cmake-js/package.json')), 'bin/cmake-js'),
      nodeAddonApi: path.dirname(require.resolve('node-addon-api/package.json')),
    };
  } catch {
    return undefined;
  }
}

function fetchTools(folder: string): Tools {
  const manifest = readFileSync(path.join(packageRoot, 'package.json'), 'utf8');
  const { devDependencies } = JSON.parse(manifest) as { devDependencies: Record<string, string> };
  const packages = ['cmake-js', 'node-addon-api'].map((name) => `${name}@${devDependencies[name]}`);
  console.log(`convgrad build: fetching ${packages.join(' and ')} with npm`);
  const options = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder];
  const { status } = spawnSync('npm', ['install', ...options, ...packages], { stdio: 'inherit', shell: windows });
  const tools = findTools(folder);
  if (status === 0 && tools) return tools;
  throw new ConvgradError(
    `convgrad build: npm could not fetch ${packages.join(' and ')}; install them next to convgrad and try again`,
  );
}

/** Runs the command. @returns the exit code */
export async function build(): Promise<number> {
  if (!existsSync(path.join(packageRoot, 'native'))) {
    throw new ConvgradError(
      `convgrad build: the sources are missing, expected them in ${path.join(packageRoot, 'native')}`,
    );
  }
  const missing = missingTools();
  if (missing.length > 0) throw new ConvgradError(`convgrad build: this machine lacks ${missing.join(' and ')}`);

  const temporary = mkdtempSync(path.join(tmpdir(), 'convgrad-build-'));
  try {
    const { cmakeJs, nodeAddonApi } = findTools(packageRoot) ?? fetchTools(temporary);
    const options = ['--directory', packageRoot, '--parallel', '4', `--CDNODE_ADDON_API=${nodeAddonApi}`];
    const { status } = spawnSync(process.execPath, [cmakeJs, 'rebuild', ...options], { stdio: 'inherit' });
    if (status !== 0) throw new ConvgradError('convgrad build: the compiler or CMake failed, see its messages above');
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return doctor({});
}
