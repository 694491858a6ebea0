// Proves that what `npm publish` would upload works: packs it, looks inside, installs it with --ignore-scripts into an
// empty folder with only node and npm on the PATH, and runs the programs of scripts/tarball/ there.
// Usage: node scripts/test_tarball.mjs      after `npm run build:ts` and `npm run prebuild`
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'convgrad-tarball-'));
const app = path.join(folder, 'app');
const bin = path.join(folder, 'bin');
const maximumBytes = 5e6;
let failures = 0;

function check(name, test) {
  try {
    const detail = test();
    console.log(`ok    ${name}${typeof detail === 'string' ? `: ${detail}` : ''}`);
  } catch (error) {
    failures++;
    console.log(`FAIL  ${name}: ${error.message}`);
  }
}

function demand(condition, message) {
  if (!condition) throw new Error(message);
}

/** Runs a program and returns its output; anything but exit code 0 is an error that quotes what it printed. */
function run(command, args, options) {
  const { status, signal, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: 300_000,
    ...options,
  });
  demand(status === 0, `${command} ${args.join(' ')} ended with ${signal ?? status}\n${stdout}${stderr}`);
  return stdout.trim();
}

// A PATH with node and npm only: no compiler, no CMake, no Python, no shell tools.
mkdirSync(bin);
mkdirSync(app);
symlinkSync(process.execPath, path.join(bin, 'node'));
const npm = execFileSync('which', ['npm'], { encoding: 'utf8' }).trim();
symlinkSync(npm, path.join(bin, 'npm'));
const inherited = Object.entries(process.env).filter(
  ([name]) => !/^(npm_(lifecycle|package|node|command|execpath)|PATH$|NODE_)/i.test(name),
);
const bare = { cwd: app, env: { ...Object.fromEntries(inherited), PATH: bin } };

const packed = run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], { cwd: root });
const [{ filename, files }] = JSON.parse(packed);
const tarball = path.join(folder, filename);
const names = files.map(({ path: file }) => file);

check(`is smaller than ${maximumBytes / 1e6} MB`, () => {
  const { size } = statSync(tarball);
  demand(size < maximumBytes, `it has ${size} bytes`);
  return `${(size / 1e6).toFixed(2)} MB, ${names.length} files`;
});
check('has the binary for linux-x64', () => {
  demand(names.includes('prebuilds/linux-x64/convgrad.glibc.node'), 'run `npm run prebuild` first');
});
check('has dist/, the sources to build from, licence and changelog', () => {
  for (const file of [
    'dist/index.js',
    'dist/index.d.ts',
    'dist/cli/main.js',
    'native/addon.cpp',
    'CMakeLists.txt',
    'LICENSE',
    'CHANGELOG.md',
    'README.md',
  ])
    demand(names.includes(file), `${file} is missing`);
});
check('has nothing else', () => {
  const rest = names.filter(
    (file) =>
      !/^(dist\/.*\.(d\.ts|js|html)|prebuilds\/.*\.node|native\/.*\.(cpp|h)|CMakeLists\.txt|package\.json|[A-Z]+(\.md)?)$/.test(
        file,
      ),
  );
  demand(rest.length === 0, rest.join(', '));
});
check('has no leftovers of deleted sources in dist/', () => {
  const sourceOf = (file) => file.replace(/^dist\//, 'lib/').replace(/\.(d\.ts|js)$/, '.ts');
  const stale = names.filter(
    (file) => /^dist\/.*\.(ts|js)$/.test(file) && !existsSync(path.join(root, sourceOf(file))),
  );
  demand(stale.length === 0, `delete dist/ and build it again: ${stale.join(', ')}`);
});
check('has no script that npm would run', () => {
  const { scripts = {} } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  demand(
    !['preinstall', 'install', 'postinstall'].some((name) => name in scripts),
    'package.json has an install script',
  );
  demand(!names.includes('binding.gyp'), 'binding.gyp is in the tarball');
});
check(
  'passes publint',
  () => run('npx', ['--no-install', 'publint', 'run', tarball, '--strict'], { cwd: root }) && undefined,
);
check(
  'passes attw',
  () => run('npx', ['--no-install', 'attw', tarball, '--profile', 'esm-only'], { cwd: root }) && undefined,
);

writeFileSync(path.join(app, 'package.json'), '{ "name": "app", "private": true }\n');
cpSync(path.join(root, 'scripts/tarball'), app, { recursive: true });
check('installs with --ignore-scripts, node and npm alone', () => {
  run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', tarball], bare);
});
check('convgrad doctor works there', () => {
  const report = JSON.parse(run('node', ['node_modules/convgrad/dist/cli/main.js', 'doctor', '--json'], bare));
  demand(report.binary.includes('prebuilds'), `it loaded ${report.binary}`);
  return `${report.system.isa}, ${report.system.threads} threads`;
});
check('trains from ESM', () => run('node', ['esm.mjs'], bare));
check('trains from require', () => run('node', ['require.cjs'], bare));
check('trains in two worker threads at once', () => run('node', ['workers.mjs'], bare));
check('survives termination of a worker in the middle of a step', () => run('node', ['terminate.mjs'], bare));
check('survives process.exit in the middle of a step', () => {
  for (let i = 0; i < 10; i++) run('node', ['exit.mjs'], bare);
});
check('survives the end of the main module in the middle of a step', () => run('node', ['abandon.mjs'], bare));
check('its types compile in a strict project without skipLibCheck', () => {
  // Beside convgrad, what every TypeScript project for Node has.
  mkdirSync(path.join(app, 'node_modules/@types'), { recursive: true });
  for (const types of ['@types/node', 'undici-types'])
    symlinkSync(path.join(root, 'node_modules', types), path.join(app, 'node_modules', types), 'junction');
  run(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', app], { cwd: app });
});
check('explains itself where there is no binary', () => {
  const { status, stdout } = spawnSync('node', ['node_modules/convgrad/dist/cli/main.js', 'doctor'], {
    ...bare,
    encoding: 'utf8',
    env: { ...bare.env, LIBC: 'musl' },
  });
  demand(status === 1 && /npx convgrad build/.test(stdout), `doctor ended with ${status}: ${stdout}`);
});

rmSync(folder, { recursive: true, force: true });
console.log(failures === 0 ? 'tarball: all checks passed' : `tarball: ${failures} checks failed`);
process.exitCode = failures === 0 ? 0 : 1;
