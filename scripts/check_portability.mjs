// Fails when a linux binary would not load on an older or smaller system than the one that built it.
// Usage: node scripts/check_portability.mjs [file.node ...]      default: every prebuild for linux
//
// Floor: GLIBC <= 2.28 and GLIBCXX <= 3.4.25 (RHEL 8, Debian 10 and later); no library beyond the C and C++ runtimes.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';

const floors = { GLIBC: [2, 28], GLIBCXX: [3, 4, 25], CXXABI: [1, 3, 11], GCC: [7, 0, 0] };
const allowed =
  /^(libstdc\+\+\.so\.6|libgcc_s\.so\.1|libc\.so\.6|libm\.so\.6|libpthread\.so\.0|libdl\.so\.2|ld-linux-[\w-]+\.so\.\d)$/;

const readelf = (...args) =>
  execFileSync('readelf', ['-W', ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, LC_ALL: 'C' },
  });

function isAbove(version, floor) {
  for (let i = 0; i < Math.max(version.length, floor.length); i++) {
    const difference = (version[i] ?? 0) - (floor[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

/** Every complaint about one binary; an empty list means that it is portable. */
function complaints(file) {
  const found = [];
  for (const [, library] of readelf('-d', file).matchAll(/\(NEEDED\).*\[(.+)\]/g)) {
    if (!allowed.test(library)) found.push(`needs the library ${library}`);
  }
  const symbols = readelf('--dyn-syms', file).matchAll(/(\S+)@(GLIBC|GLIBCXX|CXXABI|GCC)_([\d.]+)/g);
  for (const [, symbol, name, text] of symbols) {
    const version = text.split('.').map(Number);
    if (isAbove(version, floors[name]))
      found.push(`${symbol} needs ${name}_${text}, the floor is ${floors[name].join('.')}`);
  }
  if (/GNU_STACK.*RWE/.test(readelf('-l', file))) found.push('asks for an executable stack');
  return [...new Set(found)];
}

function linuxPrebuilds() {
  if (!existsSync('prebuilds')) return [];
  return readdirSync('prebuilds', { recursive: true })
    .filter((file) => /^linux-.*\.node$/.test(file))
    .map((file) => `prebuilds/${file}`);
}

const files = process.argv.length > 2 ? process.argv.slice(2) : linuxPrebuilds();
if (files.length === 0) {
  console.error('check_portability: no binary found; run `npm run prebuild` or name a file');
  process.exit(1);
}
for (const file of files) {
  const found = complaints(file);
  console.log(found.length === 0 ? `${file}: portable` : `${file}: NOT portable`);
  for (const complaint of found) console.log(`  ${complaint}`);
  if (found.length > 0) process.exitCode = 1;
}
