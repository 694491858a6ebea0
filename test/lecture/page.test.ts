// docs/lecture.md names a test for each statement: the tests must be there.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const page = new URL('../../docs/lecture.md', import.meta.url);
const rows = readFileSync(page, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('|') && !/^\|(---| statement )/.test(line))
  .map((line) => line.split('|').slice(1, 3) as [string, string]);

/** The tests of a cell: `[label](file): "part of a name", "another"; [label](file): …`. */
function testsOf(cell: string): { file: URL; names: string[] }[] {
  return [...cell.matchAll(/\]\(([^)]+)\)((?:(?!\]\().)*)/g)].map(([, file = '', after = '']) => ({
    file: new URL(file, page),
    names: [...after.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name),
  }));
}

describe('docs/lecture.md', () => {
  it('states every part of the lecture', () => {
    expect(rows.length).toBeGreaterThan(65);
  });

  it.each(rows)('%s', (_, cell) => {
    const tests = testsOf(cell);
    expect(tests.length).toBeGreaterThan(0);
    for (const { file, names } of tests) {
      expect(existsSync(file)).toBe(true);
      expect(names.length).toBeGreaterThan(0);
      const source = readFileSync(file, 'utf8');
      for (const name of names) expect(source).toContain(name);
    }
  });
});
