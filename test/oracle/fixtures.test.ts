// Every op against PyTorch 1.13 in float64: outputs, all gradients and updated statistics of the cases in test/fixtures/oracle,
// which scripts/oracle/oracle.py wrote. `npm run test:oracle` draws fresh cases where PyTorch is installed.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compareCase, describeCase, type FloatType, readCases, tolerances } from './cases.js';

const folder = new URL('../fixtures/oracle/', import.meta.url);

for (const file of readdirSync(folder)
  .filter((name) => name.endsWith('.safetensors'))
  .sort()) {
  const cases = readCases(readFileSync(new URL(file, folder)), file);
  describe(`oracle: ${file.replace('.safetensors', '')}`, () => {
    it.each([...new Set(cases.map(({ op }) => op))])('%s agrees with PyTorch, in float64 and float32', async (name) => {
      const failures: string[] = [];
      for (const one of cases.filter(({ op }) => op === name))
        for (const dtype of one.dtypes as FloatType[])
          for (const { array, error } of await compareCase(one, dtype))
            if (!(error <= tolerances[dtype]))
              failures.push(`${describeCase(one)}: ${array} in ${dtype}: relative error ${error.toExponential(1)}`);
      expect(failures).toEqual([]);
    });
  });
}
