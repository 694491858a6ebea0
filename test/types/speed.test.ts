// Shapes at compile time must not cost patience. Times are processor seconds of the compiler, so that a busy machine does not matter.
import { resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { compile, project, root } from '../support/compile.js';

function seconds(work: () => void): number {
  const { user, system } = process.cpuUsage();
  work();
  const after = process.cpuUsage();
  return (after.user - user + after.system - system) / 1e6;
}

const conv = (filters: number, count: number): string =>
  `layers.conv2d({ filters: ${filters}, kernelSize: 3, padding: 'same', activation: 'relu' }),`.repeat(count);
const pool = 'layers.maxPool2d({ poolSize: 2 }),';
const vgg19 = `
  import * as layers from '../../lib/layers/index.js';
  import { sequential } from '../../lib/models/sequential.js';
  const model = sequential({ inputShape: [224, 224, 3], layers: [
    ${conv(64, 2)} ${pool} ${conv(128, 2)} ${pool} ${conv(256, 4)} ${pool} ${conv(512, 4)} ${pool} ${conv(512, 4)} ${pool}
    layers.flatten(), layers.dense({ units: 4096, inputs: 25088 }), layers.dense({ units: 4096 }), layers.dense({ units: 1000 }),
  ] });
  export const shape: [1000] = model.outputShape;
`;
const empty =
  "import * as layers from '../../lib/layers/index.js'; import { sequential } from '../../lib/models/sequential.js'; export { layers, sequential };";

describe('type check', () => {
  it('of VGG-19, 224x224x3 to 1000, adds well under a second', () => {
    const check = (text: string) => {
      const file = resolve(root, 'test/types/__speed.ts');
      const program = compile(new Map([[file, text]]));
      let errors: readonly ts.Diagnostic[] = [];
      const time = seconds(() => {
        errors = program.getSemanticDiagnostics(program.getSourceFile(file));
      });
      expect(errors.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
      return { time, instantiations: program.getInstantiationCount() };
    };
    const baseline = check(empty);
    const vgg = check(vgg19);
    expect(vgg.instantiations - baseline.instantiations).toBeLessThan(200_000);
    expect(vgg.time - baseline.time).toBeLessThan(2);
  });

  it('of the whole project takes seconds', () => {
    const time = seconds(() => {
      const { fileNames, options } = project();
      ts.createProgram(fileNames, options).getSemanticDiagnostics();
    });
    expect(time).toBeLessThan(30);
  }, 120_000);
});
