/** The rules of docs/architecture.md that a machine can check: import order, twins, file sizes, no central lists. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Imports go one way: each line may import only what stands above it, and its own folder. */
const libOrder = [
  ['native'],
  ['tensor'],
  ['formats'],
  ['autograd'],
  ['ops'],
  ['initializers', 'losses', 'metrics', 'optimizers', 'schedules'],
  ['layers'],
  ['data'],
  ['training'],
  ['models'],
  ['io'],
  ['zoo', 'vis', 'distributed'],
  ['dashboard', 'cli'],
  ['index'],
];
const nativeOrder = [['runtime'], ['simd'], ['gemm'], ['ops'], ['addon']];

/** Leaves that stand below the boundary: the addon throws these classes, and is handed these arrays. */
const belowNative = ['lib/tensor/errors.ts', 'lib/tensor/dtype.ts'];

function files(folder: string, extension: RegExp): string[] {
  if (!existsSync(path.join(root, folder))) return [];
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => extension.test(file) && !file.includes('node_modules'))
    .map((file) => path.posix.join(folder, file.split(path.sep).join('/')))
    .sort();
}

const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const stem = (file: string): string => path.posix.basename(file).replace(/(\.test)?\.\w+$/, '');
const camelCase = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/[^\n]*/g, '$1');

const libFiles = files('lib', /\.ts$/);
const nativeFiles = files('native', /\.(cpp|h)$/);
const testFiles = files('test', /\.ts$/);
const sources = [
  ...libFiles,
  ...nativeFiles,
  ...testFiles,
  ...files('bench', /\.(ts|mjs)$/),
  ...files('examples', /\.ts$/),
];

/** The part of the architecture a file belongs to: its first folder, or its own name at the top. */
function partOf(file: string): string {
  const [, first = ''] = file.split('/');
  return first.replace(/\.\w+$/, '');
}

function rank(order: string[][], part: string): number {
  return order.findIndex((parts) => parts.includes(part));
}

/** Imports from a part that does not stand before the importing one, as `file -> file`. */
function wrongImports(order: string[][], all: string[], importsOf: (file: string) => string[]): string[] {
  return all.flatMap((file) =>
    importsOf(file)
      .filter((target) => {
        const [from, to] = [partOf(file), partOf(target)];
        return from !== to && !(rank(order, to) >= 0 && rank(order, to) < rank(order, from));
      })
      .map((target) => `${file} -> ${target}`),
  );
}

function importsIn(file: string, text: string): string[] {
  const specifiers = [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)'/g)];
  return specifiers.map(([, to = '']) => path.posix.join(path.posix.dirname(file), to).replace(/\.js$/, '.ts'));
}

function libImports(file: string): string[] {
  const targets = importsIn(file, withoutComments(read(file)));
  return targets.filter((target) => partOf(file) !== 'native' || !belowNative.includes(target));
}

/** Imports that are still there at run time. */
function loadedImports(file: string): string[] {
  const typeOnly = /\b(import|export)\s+(type\s+\{[^}]*\}|\{(\s*type\s+\w+\s*,?)+\s*\})\s*from\s*'[^']+';/g;
  return importsIn(file, withoutComments(read(file)).replace(typeOnly, ''));
}

function nativeIncludes(file: string): string[] {
  return [...read(file).matchAll(/^\s*#\s*include\s+"([^"]+)"/gm)].map(([, to = '']) => `native/${to}`);
}

/** Import cycles, by depth-first search. */
function cycles(all: string[], importsOf: (file: string) => string[]): string[] {
  const found: string[] = [];
  const finished = new Set<string>();
  const visit = (file: string, trail: string[]): void => {
    if (trail.includes(file)) {
      found.push([...trail.slice(trail.indexOf(file)), file].join(' -> '));
      return;
    }
    if (finished.has(file) || !existsSync(path.join(root, file))) return;
    for (const target of importsOf(file)) visit(target, [...trail, file]);
    finished.add(file);
  };
  for (const file of all) visit(file, []);
  return found;
}

describe('imports go one way', () => {
  it('lib: every folder has its place in the order', () => {
    const unknown = libFiles.map(partOf).filter((part) => rank(libOrder, part) < 0);
    expect([...new Set(unknown)]).toEqual([]);
  });

  it('lib: a file imports only what stands before its folder', () => {
    expect(wrongImports(libOrder, libFiles, libImports)).toEqual([]);
  });

  it('lib: what stands below the native boundary imports nothing above it', () => {
    const imports = belowNative.flatMap(libImports);
    expect(imports.filter((target) => partOf(target) !== 'tensor')).toEqual([]);
  });

  it('lib: no file loads itself through others', () => {
    expect(cycles(libFiles, loadedImports)).toEqual([]);
  });

  it('native: runtime <- simd <- gemm <- ops <- addon', () => {
    const unknown = nativeFiles.map(partOf).filter((part) => rank(nativeOrder, part) < 0);
    expect(unknown).toEqual([]);
    expect(wrongImports(nativeOrder, nativeFiles, nativeIncludes)).toEqual([]);
  });

  it('native: includes are written from native/, and exist', () => {
    const missing = nativeFiles.flatMap((file) =>
      nativeIncludes(file).filter((to) => !existsSync(path.join(root, to))),
    );
    expect(missing).toEqual([]);
  });
});

describe('an op is three files of one name', () => {
  const code = (file: string): string => withoutComments(read(file));
  const callsNative = (file: string): boolean => /\bnative\.(?!js\b)/.test(code(file));
  // The other files of lib/ops/ are what several ops share.
  const exported = existsSync(path.join(root, 'lib/ops/index.ts')) ? loadedImports('lib/ops/index.ts') : [];
  const ops = files('lib/ops', /\.ts$/).filter((file) => exported.includes(file) || callsNative(file));
  const defining = ops.filter((file) => /\bdefineOp\b/.test(code(file)));
  const names = (folder: string, extension: RegExp): Set<string> => new Set(files(folder, extension).map(stem));

  it('has a native twin, unless it only composes other ops', () => {
    const twins = names('native/ops', /\.cpp$/);
    expect(
      ops
        .filter(callsNative)
        .map(stem)
        .filter((name) => !twins.has(name)),
    ).toEqual([]);
  });

  it('has a TypeScript file for every native one, unless others call it', () => {
    const twins = names('lib/ops', /\.ts$/);
    const lib = libFiles.map(read).join('\n');
    const registers = (name: string) => read(`native/ops/${name}.cpp`).includes('REGISTER_OP');
    const unused = [...names('native/ops', /\.cpp$/)].filter(
      (name) => registers(name) && !twins.has(name) && !lib.includes(`native.${camelCase(name)}(`),
    );
    expect(unused).toEqual([]);
  });

  it('has a test', () => {
    const tests = names('test/ops', /\.test\.ts$/);
    expect(ops.map(stem).filter((name) => !tests.has(name))).toEqual([]);
  });

  it('has a gradient check in its test, unless it says that it has no gradient', () => {
    const unchecked = defining.filter((file) => {
      if (/not differentiable|non-differentiable|no gradient/i.test(read(file))) return false;
      const test = `test/ops/${stem(file)}.test.ts`;
      return existsSync(path.join(root, test)) && !/\bcheckGradient\w*\b/.test(withoutComments(read(test)));
    });
    expect(unchecked).toEqual([]);
  });
});

describe('every file is one idea', () => {
  it('stays under 400 lines', () => {
    const long = sources
      .map((file) => ({ file, lines: read(file).split('\n').length }))
      .filter(({ lines }) => lines > 400);
    expect(long).toEqual([]);
  });

  it('has a snake_case name', () => {
    const misnamed = sources.filter((file) => !/^[a-z0-9_]+(\.test|\.test-d)?\.\w+$/.test(path.posix.basename(file)));
    expect(misnamed).toEqual([]);
  });

  it('says at its top what it is, in C++', () => {
    const explained = nativeFiles.filter(
      (file) => file.endsWith('.h') || partOf(file) === 'ops' || partOf(file) === 'gemm',
    );
    expect(explained.filter((file) => !/^\/[/*]/.test(read(file)))).toEqual([]);
  });

  it('leaves nothing to do', () => {
    const left = [...libFiles, ...nativeFiles].filter((file) => /\b(TODO|FIXME|XXX)\b/.test(read(file)));
    expect(left).toEqual([]);
  });
});

describe('no central lists', () => {
  it('has no switch over op or layer names', () => {
    const names = new Set([...files('lib/ops', /\.ts$/), ...files('lib/layers', /\.ts$/)].map(stem));
    const known = new Set([...names].flatMap((name) => [name, camelCase(name)]));
    const switching = libFiles.filter((file) =>
      [...withoutComments(read(file)).matchAll(/\bcase\s+'([^']+)'\s*:/g)].some(([, label = '']) => known.has(label)),
    );
    expect(switching).toEqual([]);
  });

  it('has only named re-exports in lib/index.ts', () => {
    if (!existsSync(path.join(root, 'lib/index.ts'))) return;
    const rest = withoutComments(read('lib/index.ts'))
      .replace(/export\s+(type\s+)?\{[^}]*\}\s+from\s+'[^']+';/g, '')
      .replace(/export\s+\*\s+as\s+\w+\s+from\s+'[^']+';/g, '');
    expect(rest.trim()).toBe('');
  });
});

describe('the repository stands alone', () => {
  it('mentions no path outside itself', () => {
    // Spelled in parts, so that this file does not find itself.
    const outside = new RegExp(
      [['\\.\\.', 'shared'].join('/'), ['', 'work', ''].join('/'), ['/', 'root/'].join('')].join('|'),
    );
    const texts = ['docs', 'scripts', 'examples', 'bench'].flatMap((folder) => files(folder, /\.(md|mjs|ts|sh)$/));
    const top = readdirSync(root).filter(
      (file) => /\.(md|json|ts|gyp|txt)$/.test(file) && file !== 'package-lock.json',
    );
    const mentions = [...new Set([...sources, ...texts, ...top])].filter((file) => outside.test(read(file)));
    expect(mentions).toEqual([]);
  });
});
