// Accumulators that the compiler keeps on the stack cost a micro-kernel most of its speed, and nothing else shows it. So its
// inner loops are looked up in the disassembly of the addon: those with many multiplications must not store vectors there.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { arch } from 'node:process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const kernels =
  /^void convgrad::(avx512_bf16|avx512|avx2|scalar)::\(anonymous namespace\)::\w*(?:tile|chunk|window|outer|dot|depthwise)\w*<(?:float|.*bfloat)/i;
/**
 * SSE2 has no masked loads: the last few channels are put together on the stack. Without VDPBF16PS, pairs of bfloat16 are
 * widened: registers do not suffice for it, but with AVX-512 the loads and stores are hidden.
 */
const exempt = /scalar.*depthwise|(avx512|avx2|scalar)::.*<.*bfloat/i;
const multiplication = /^(vfmadd\w+|v?mulp[sd]|vdpbf16ps) /;
const vectorStore = /^v?mov[au]p[sd] +%[xyz]mm\d+,.*\(%r[sb]p/;
const fewest = 8; // multiplications in a loop worth looking at
/** Two by two tiles of AMX, for sums that are rounded and that are not: four loads, four products, and a few additions. */
const tiles = /multiply_amx_tile<convgrad::AmxTiles, .*, 2, 2>/;
const touchesMemory = /^(?!lea|nop|j|tileloadd).*\(/;

const count = (loop: readonly Instruction[], pattern: RegExp) => loop.filter(({ text }) => pattern.test(text)).length;

interface Instruction {
  readonly address: number;
  readonly text: string;
}

/** Instructions of each function of the addon, by its name. */
function* functions(): Generator<{ name: string; code: Instruction[] }> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const addon = (createRequire(import.meta.url)('node-gyp-build') as { resolve(dir: string): string }).resolve(root);
  const { stdout } = spawnSync('objdump', ['-d', '-C', '--no-show-raw-insn', addon], {
    encoding: 'utf8',
    maxBuffer: 2 ** 29,
  });
  for (const part of stdout.split('\n\n')) {
    const [title = '', ...lines] = part.split('\n');
    const name = /<(.*)>:$/.exec(title)?.[1];
    if (name === undefined) continue;
    const code = lines.flatMap((line) => {
      const [, address, text] = /^ *([0-9a-f]+):\s+(.*)$/.exec(line) ?? [];
      return address === undefined || text === undefined ? [] : [{ address: Number.parseInt(address, 16), text }];
    });
    yield { name, code };
  }
}

/** Loops without a loop inside: what lies between a jump backwards and its target. */
function innerLoops(code: readonly Instruction[]): Instruction[][] {
  const start = code[0]?.address ?? 0;
  const loops = code.flatMap(({ address, text }) => {
    const target = Number.parseInt(/^j\w+ +([0-9a-f]+)/.exec(text)?.[1] ?? 'f'.repeat(12), 16);
    return target >= start && target <= address ? [{ from: target, to: address }] : [];
  });
  return loops
    .filter((outer) => !loops.some((loop) => loop !== outer && loop.from >= outer.from && loop.to <= outer.to))
    .map(({ from, to }) => code.filter(({ address }) => address >= from && address <= to));
}

const available = arch === 'x64' && spawnSync('objdump', ['--version']).status === 0;
if (!available) console.warn('spilled accumulators are not looked for: there is no objdump, or this is not x86-64');

describe.skipIf(!available)('the micro-kernels', () => {
  it('keep their accumulators in registers', { timeout: 60_000 }, () => {
    const spilled: string[] = [];
    const tiled: Instruction[][] = [];
    const loops = { avx512_bf16: 0, avx512: 0, avx2: 0, scalar: 0 };
    for (const { name, code } of functions()) {
      if (tiles.test(name)) tiled.push(...innerLoops(code).filter((loop) => count(loop, /^tdpbf16ps/) > 0));
      const isa = kernels.exec(name)?.[1] as keyof typeof loops | undefined;
      if (isa === undefined || exempt.test(name)) continue;
      for (const loop of innerLoops(code)) {
        if (count(loop, multiplication) < fewest) continue;
        loops[isa]++;
        if (loop.some(({ text }) => vectorStore.test(text))) spilled.push(name);
      }
    }
    expect(spilled).toEqual([]);
    for (const found of Object.values(loops)) expect(found).toBeGreaterThan(10);
    expect(tiled).toHaveLength(2);
    for (const loop of tiled) {
      const found = [/^tdpbf16ps/, /^tileloadd/, touchesMemory].map((pattern) => count(loop, pattern));
      expect(found).toEqual([4, 4, 0]);
      expect(loop.length).toBeLessThanOrEqual(20);
    }
  });
});
