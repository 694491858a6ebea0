// npm run test:oracle -- --cases 2000 --seed N: fresh random cases against PyTorch in float64.
import { parseArgs } from 'node:util';
import { systemInfo } from '../../lib/native.js';
import { compareCase, describeCase, describeFailure, type FloatType, type OracleCase } from './cases.js';
import { python, Torch, torchVersion } from './torch.js';

const help = `npm run test:oracle -- [options]: every op against PyTorch, on random cases
  --cases N   how many cases, default 2000
  --seed N    which cases, default one that the clock gives
  --case N    only case N of the seed
  --op NAME   only cases of this op
`;

/** The worst errors of an op. */
interface Summary {
  cases: number;
  failed: number;
  readonly worst: Record<FloatType, number>;
}

interface Run {
  readonly seed: number;
  readonly first: number;
  readonly count: number;
  readonly op: string | undefined;
}

function natural(name: string, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 0xffffffff) throw new TypeError(`--${name} must be an integer, but is ${text}`);
  return value;
}

function parse(args: string[]): Run | undefined {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: { cases: text, seed: text, case: text, op: text, help: { type: 'boolean' } },
  });
  if (values.help) return undefined;
  const seed = natural('seed', values.seed ?? String(Date.now() % 1_000_000));
  const only = values.case === undefined ? undefined : natural('case', values.case);
  return {
    seed,
    first: only ?? 0,
    count: only === undefined ? natural('cases', values.cases ?? '2000') : 1,
    op: values.op,
  };
}

/** What went wrong with a case, a line each. */
async function failures(oracle: OracleCase, summary: Summary): Promise<string[]> {
  const found: string[] = [];
  for (const dtype of oracle.dtypes) {
    try {
      for (const comparison of await compareCase(oracle, dtype)) {
        const { error, tolerance } = comparison;
        if (!(error <= tolerance)) found.push(describeFailure(comparison, dtype));
        summary.worst[dtype] = Math.max(summary.worst[dtype], error);
      }
    } catch (error) {
      found.push(`${dtype}: ${(error as Error).message}`);
    }
  }
  return found;
}

function print(summaries: ReadonlyMap<string, Summary>): void {
  const cells = (name: string, ...rest: string[]) => name.padEnd(24) + rest.map((cell) => cell.padStart(10)).join('');
  console.log(cells('op', 'cases', 'failed', 'float64', 'float32'));
  for (const [op, { cases, failed, worst }] of [...summaries].sort(([a], [b]) => (a < b ? -1 : 1)))
    console.log(cells(op, `${cases}`, `${failed}`, worst.float64.toExponential(1), worst.float32.toExponential(1)));
}

async function main(): Promise<void> {
  const run = parse(process.argv.slice(2));
  if (run === undefined) {
    process.stdout.write(help);
    return;
  }
  const version = torchVersion();
  if (version === undefined) {
    console.warn(`SKIPPED: ${python} has no PyTorch (Debian: apt install python3-torch), so nothing was compared`);
    return;
  }
  const { seed, first, count, op } = run;
  const torch = new Torch();
  const summaries = new Map<string, Summary>();
  let failed = 0;
  const began = performance.now();
  for (let at = first; at < first + count; at += 50) {
    const cases = await torch.cases(seed, at, Math.min(50, first + count - at));
    for (const [index, oracle] of cases.entries()) {
      if (op !== undefined && oracle.op !== op) continue;
      const summary = summaries.get(oracle.op) ?? { cases: 0, failed: 0, worst: { float32: 0, float64: 0 } };
      summaries.set(oracle.op, summary);
      summary.cases++;
      const found = await failures(oracle, summary);
      if (found.length === 0) continue;
      failed++;
      summary.failed++;
      console.error(`FAILED --seed ${seed} --case ${at + index}: ${describeCase(oracle)}`);
      for (const line of found) console.error(`  ${line}`);
    }
  }
  torch.close();
  print(summaries);
  const total = [...summaries.values()].reduce((sum, { cases }) => sum + cases, 0);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(
    `\n${total} cases of ${summaries.size} ops, seed ${seed}, against PyTorch ${version} in float64 (${systemInfo().isa}): ` +
      `${total - failed} agree, ${failed} fail; ${seconds} s`,
  );
  if (failed > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
