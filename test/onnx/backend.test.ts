// ONNX's own backend node tests, from Debian's libonnx-testdata, through public ops: an oracle that we did not write.
// `npm run test:onnx` fetches the data where it can and prints every skip with its reason.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { required } from './operators.js';
import { modelOf, runCase } from './run.js';
import { Skip } from './values.js';

const roots = ['/usr/share/libonnx-testdata/data', path.resolve('build/onnx/usr/share/libonnx-testdata/data')];
const root = roots.find((folder) => existsSync(folder));

/** Cases whose data the references disagree on. */
const disputed: Readonly<Record<string, string>> = {
  test_resize_downsample_scales_linear_align_corners: 'the references disagree: scale or quotient of the extents',
  test_resize_downsample_scales_cubic_align_corners: 'the references disagree: scale or quotient of the extents',
};

interface Outcome {
  readonly operator: string;
  readonly name: string;
  readonly reason?: string;
}
const passed: Outcome[] = [];
const skipped: Outcome[] = [];
const failed: Outcome[] = [];

/** The operator a case is about: the last one of its graph that this library has to have, or its last one. */
function subject(folder: string): string {
  const names = modelOf(folder).nodes.map(({ operator }) => operator);
  return names.findLast((name) => required.has(name)) ?? names.at(-1) ?? 'nothing';
}

async function outcomeOf(folder: string, name: string): Promise<Outcome & { readonly error?: unknown }> {
  const operator = subject(folder);
  const reason = disputed[name];
  if (reason) return { operator, name, reason };
  try {
    await runCase(folder);
    return { operator, name };
  } catch (error) {
    return error instanceof Skip ? { operator, name, reason: error.message } : { operator, name, error };
  }
}

function report(): string {
  const lines = [`ONNX backend tests: ${passed.length} passed, ${skipped.length} skipped, ${failed.length} failed`];
  const count = (outcomes: Outcome[], name: string): number =>
    outcomes.filter(({ operator }) => operator === name).length;
  lines.push('', 'required operators: passed / skipped / failed');
  for (const name of [...required].sort())
    lines.push(`  ${name}: ${count(passed, name)} / ${count(skipped, name)} / ${count(failed, name)}`);
  lines.push('', 'skipped, by reason:');
  for (const reason of [...new Set(skipped.map(({ reason }) => reason))].sort()) {
    const cases = skipped.filter((outcome) => outcome.reason === reason).map(({ name }) => name);
    lines.push(`  ${reason} (${cases.length}): ${cases.join(' ')}`);
  }
  for (const { name } of failed) lines.push(`FAILED ${name}`);
  return lines.join('\n');
}

if (root === undefined) {
  console.warn('SKIPPED: ONNX backend tests, because libonnx-testdata is not installed (npm run test:onnx fetches it)');
  it.skip('ONNX backend tests: libonnx-testdata is not installed');
}

for (const group of root === undefined ? [] : ['node', 'pytorch-converted', 'pytorch-operator']) {
  describe(`ONNX backend tests: ${group}`, () => {
    const folder = path.join(root as string, group);
    for (const name of readdirSync(folder).sort()) {
      it(name, async (context) => {
        const { error, ...outcome } = await outcomeOf(path.join(folder, name), name);
        (error !== undefined ? failed : outcome.reason ? skipped : passed).push(outcome);
        if (error !== undefined) throw error;
        if (outcome.reason) context.skip(outcome.reason);
      });
    }
  });
}

if (root !== undefined) {
  describe('all ONNX backend tests', () => {
    it('fail in no case, and run for every operator that we have', () => {
      expect(failed).toEqual([]);
      const ran = new Set(passed.map(({ operator }) => operator));
      expect([...required].filter((name) => !ran.has(name))).toEqual([]);
      expect(passed.length).toBeGreaterThan(400);
    });
    afterAll(() => console.log(report()));
  });
}
