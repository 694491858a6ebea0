// Compiles every native/**/*.cpp for arm64, so that the NEON code is at least proven to compile on every change.
// Usage: node scripts/cross_compile_neon.mjs      needs aarch64-linux-gnu-g++ (Debian: g++-aarch64-linux-gnu)
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { headerFolders, nativeSources } from './gyp.mjs';

const compiler = process.env.CXX_ARM64 ?? 'aarch64-linux-gnu-g++';
const flags = [
  '-std=c++20',
  '-O2',
  '-ffp-contract=fast',
  '-fno-math-errno',
  '-fPIC',
  '-Wall',
  '-Wextra',
  '-Wno-psabi',
  '-DNAPI_VERSION=8',
];
const includes = ['-Inative', ...headerFolders().flatMap((folder) => ['-isystem', folder])];

if (spawnSync(compiler, ['--version']).status !== 0) {
  console.log(`SKIPPED: ${compiler} is not installed, the arm64 code was NOT compiled`);
  process.exit(0);
}

function compile(source) {
  const object = path.join('build/neon', `${source}.o`);
  mkdirSync(path.dirname(object), { recursive: true });
  return new Promise((resolve) => {
    const child = spawn(compiler, [...flags, ...includes, '-c', source, '-o', object], { stdio: 'inherit' });
    child.on('exit', (code) => resolve(code === 0));
  });
}

const queue = nativeSources();
const failed = [];
const total = queue.length;
const worker = async () => {
  for (let source = queue.shift(); source !== undefined; source = queue.shift()) {
    if (!(await compile(source))) failed.push(source);
  }
};
await Promise.all(Array.from({ length: availableParallelism() }, worker));
console.log(`arm64: ${total - failed.length} of ${total} files compiled`);
for (const source of failed) console.log(`  failed: ${source}`);
process.exitCode = failed.length > 0 || total === 0 ? 1 : 0;
