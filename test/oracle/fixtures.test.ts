// Every op against PyTorch 1.13 in float64: outputs, all gradients and updated statistics of the cases in test/fixtures/oracle,
// which scripts/oracle/oracle.py wrote. `npm run test:oracle` draws fresh cases where PyTorch is installed.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compareCase, describeCase, describeFailure, readCases } from './cases.js';

const folder = new URL('../fixtures/oracle/', import.meta.url);

for (const file of readdirSync(folder)
  .filter((name) => name.endsWith('.safetensors'))
  .sort()) {
  const cases = readCases(readFileSync(new URL(file, folder)), file);
  describe(`oracle: ${file.replace('.safetensors', '')}`, () => {
    it.each([...new Set(cases.map(({ op }) => op))])('%s agrees with PyTorch, in float64 and float32', async (name) => {
      const failures: string[] = [];
      for (const one of cases.filter(({ op }) => op === name))
        for (const dtype of one.dtypes)
          for (const comparison of await compareCase(one, dtype))
            if (!(comparison.error <= comparison.tolerance))
              failures.push(`${describeCase(one)}: ${describeFailure(comparison, dtype)}`);
      expect(failures).toEqual([]);
    });
  });
}
