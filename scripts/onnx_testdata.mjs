// Fetches the data of ONNX's backend tests, Debian's libonnx-testdata, into build/onnx where apt can; nothing is installed.
// Usage: node scripts/onnx_testdata.mjs
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';

const folder = path.resolve('build/onnx');
const data = 'usr/share/libonnx-testdata/data';

/** Runs a program in build/onnx; false if it is missing or fails. */
const succeeds = (program, ...args) => spawnSync(program, args, { cwd: folder, stdio: 'inherit' }).status === 0;

const fetched = () => {
  mkdirSync(folder, { recursive: true });
  if (!succeeds('apt-get', 'download', 'libonnx-testdata')) return false;
  const archive = readdirSync(folder).find((file) => file.endsWith('.deb'));
  return archive !== undefined && succeeds('dpkg-deb', '--extract', archive, '.');
};

if (![path.join('/', data), path.join(folder, data)].some((at) => existsSync(at)) && !fetched())
  console.warn('libonnx-testdata could not be fetched: ONNX backend tests will be skipped');
