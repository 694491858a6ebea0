// Compile errors as users meet them: on the layer that is wrong, in a sentence. All snippets are compiled at once.
import { resolve } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { compile, root } from '../support/compile.js';

interface Snippet {
  readonly inputShape: string;
  readonly layers: readonly string[];
  /** Index of the wrong layer. */
  readonly wrong: number;
  readonly message: string;
}

const conv = 'layers.conv2d({ filters: 32, kernelSize: 5 })';

const snippets: Record<string, Snippet> = {
  'a missing flatten': {
    inputShape: '[224, 224, 3]',
    layers: [
      "layers.conv2d({ filters: 512, kernelSize: 3, padding: 'same' })",
      'layers.maxPool2d({ poolSize: 32 })',
      'layers.dense({ units: 10 })',
      "layers.activation('relu')",
    ],
    wrong: 2,
    message: 'dense expects a flat input [features], got [7, 7, 512]: put flatten() before it',
  },
  'a dense layer with other inputs than declared': {
    inputShape: '[28, 28, 1]',
    layers: [conv, 'layers.flatten()', 'layers.dense({ units: 10, inputs: 400 })'],
    wrong: 2,
    message: 'dense declares 400 inputs, got 18432 features',
  },
  'a pool larger than its input': {
    inputShape: '[28, 28, 1]',
    layers: [conv, 'layers.maxPool2d({ poolSize: [25, 2] })', 'layers.flatten()'],
    wrong: 1,
    message: 'maxPool2d has a kernel [25, 2] larger than its input [24, 24, 32]: make the kernel smaller or pad more',
  },
  'a kernel larger than its padded, dilated input': {
    inputShape: '[8, 8, 1]',
    layers: ['layers.conv2d({ filters: 4, kernelSize: 5, dilations: 3, padding: 1 })'],
    wrong: 0,
    message: 'conv2d has a kernel [5, 5] larger than its input [8, 8, 1]: make the kernel smaller or pad more',
  },
  'a convolution after flatten': {
    inputShape: '[28, 28, 1]',
    layers: ['layers.flatten()', conv],
    wrong: 1,
    message: 'conv2d expects an image [height, width, channels], got [784]',
  },
  'groups that do not divide the channels': {
    inputShape: '[28, 28, 4]',
    layers: ['layers.conv2d({ filters: 6, kernelSize: 3, groups: 3 })'],
    wrong: 0,
    message: 'conv2d has 3 groups, which do not divide the channels of its input [28, 28, 4]',
  },
  'a residual branch that changes the shape': {
    inputShape: '[28, 28, 1]',
    layers: [
      conv,
      'layers.residual([layers.conv2d({ filters: 32, kernelSize: 3 }), layers.batchNorm()])',
      'layers.flatten()',
    ],
    wrong: 1,
    message:
      'residual adds a branch of shape [22, 22, 32] to a shortcut of shape [24, 24, 32]: make the branch keep the shape or give a shortcut that changes it alike',
  },
  'a residual shortcut that differs from the branch': {
    inputShape: '[32, 32, 16]',
    layers: [
      "layers.residual([layers.conv2d({ filters: 32, kernelSize: 3, strides: 2, padding: 'same' })], { shortcut: [layers.conv2d({ filters: 32, kernelSize: 1 })] })",
    ],
    wrong: 0,
    message:
      'residual adds a branch of shape [16, 16, 32] to a shortcut of shape [32, 32, 32]: make the branch keep the shape or give a shortcut that changes it alike',
  },
  'a wrong layer inside containers': {
    inputShape: '[32, 32, 16]',
    layers: ['layers.residual([layers.sequential([layers.dense({ units: 3 })])])'],
    wrong: 0,
    message:
      'inside residual, inside sequential, dense expects a flat input [features], got [32, 32, 16]: put flatten() before it',
  },
  'branches of different height': {
    inputShape: '[28, 28, 1]',
    layers: [`layers.parallel([layers.conv2d({ filters: 8, kernelSize: 1 }), ${conv}])`],
    wrong: 0,
    message: 'parallel joins branches along the channels, but [28, 28, 8] and [24, 24, 32] differ elsewhere',
  },
  'an unknown extent, printed as ?': {
    inputShape: '[n, 28, 1]',
    layers: ['layers.dense({ units: 10 })'],
    wrong: 0,
    message: 'dense expects a flat input [features], got [?, 28, 1]: put flatten() before it',
  },
  'a hundred layers, the last one wrong': {
    inputShape: '[28, 28, 1]',
    layers: [...Array.from({ length: 100 }, () => "layers.activation('relu')"), 'layers.dense({ units: 10 })'],
    wrong: 100,
    message: 'dense expects a flat input [features], got [28, 28, 1]: put flatten() before it',
  },
};

/** Lines of a graph, the wrong argument, and the sentence it has to be. */
interface GraphSnippet {
  readonly lines: readonly string[];
  readonly wrong: string;
  readonly message: string;
}

const graphSnippets: Record<string, GraphSnippet> = {
  'a wrong layer in a pipe': {
    lines: [
      `const trunk = image.pipe(${conv}, layers.maxPool2d({ poolSize: 2 }));`,
      "export const head = trunk.pipe(layers.activation('relu'), layers.dense({ units: 10 }), layers.dropout({ rate: 0.5 }));",
    ],
    wrong: 'layers.dense',
    message: 'dense expects a flat input [features], got [14, 14, 32]: put flatten() before it',
  },
  'branches of different shapes added': {
    lines: [`const deep = image.pipe(${conv});`, 'export const sum = join(layers.add(), [image, image, deep]);'],
    wrong: 'deep]',
    message: 'add merges [32, 32, 3] with [28, 28, 32]: make their shapes the same',
  },
  'images of different heights joined': {
    lines: [
      'const half = image.pipe(layers.maxPool2d({ poolSize: 2 }));',
      'export const both = join(layers.concat(), [image, half]);',
    ],
    wrong: 'half]',
    message: 'concat joins along the channels, but [32, 32, 3] and [16, 16, 3] differ elsewhere',
  },
};

const sourceOfGraph = ({ lines }: GraphSnippet) =>
  [
    "import * as layers from '../../lib/layers/index.js';",
    "import { input, join } from '../../lib/models/node.js';",
    'export const image = input([32, 32, 3]);',
    'void join;',
    ...lines,
  ].join('\n');

const fileOf = (name: string) => resolve(root, 'test/types', `__${name.replaceAll(/\W+/g, '_')}.ts`);
const sourceOf = ({ inputShape, layers }: Snippet) =>
  [
    "import * as layers from '../../lib/layers/index.js';",
    "import { sequential } from '../../lib/models/sequential.js';",
    'declare const n: number;',
    `export const model = sequential({ inputShape: ${inputShape}, layers: [`,
    ...layers.map((layer) => `  ${layer},`),
    ']});',
    'export const shape = n;',
  ].join('\n');

describe('compile errors', () => {
  let program: ts.Program;

  beforeAll(() => {
    const sequences = Object.entries(snippets).map(([name, snippet]) => [fileOf(name), sourceOf(snippet)] as const);
    const graphs = Object.entries(graphSnippets).map(
      ([name, snippet]) => [fileOf(name), sourceOfGraph(snippet)] as const,
    );
    program = compile(new Map([...sequences, ...graphs]));
  }, 60_000);

  it.each(Object.entries(snippets))('%s', (name, { layers, wrong, message }) => {
    const file = program.getSourceFile(fileOf(name));
    const [error, ...others] = program.getSemanticDiagnostics(file);
    expect(others).toEqual([]);
    expect(error, 'no error').toBeDefined();
    const text = ts.flattenDiagnosticMessageText(error?.messageText, '\n');
    expect(text).toContain(`is not assignable to type '"${message}"'`);
    // The error begins where the wrong layer does: five lines of preamble, then one line per layer.
    const { line } = ts.getLineAndCharacterOfPosition(file as ts.SourceFile, error?.start ?? 0);
    expect(line - 4).toBe(wrong);
    expect(file?.text.slice(error?.start)).toSatisfy((rest: string) => rest.startsWith(layers[wrong] as string));
  });

  it.each(Object.entries(graphSnippets))('%s', (name, { wrong, message }) => {
    const file = program.getSourceFile(fileOf(name));
    const [error, ...others] = program.getSemanticDiagnostics(file);
    expect(others).toEqual([]);
    const text = ts.flattenDiagnosticMessageText(error?.messageText, '\n');
    expect(text).toContain(`is not assignable to`);
    expect(text).toContain(`"${message}"`);
    expect(file?.text.slice(error?.start)).toSatisfy((rest: string) => rest.startsWith(wrong));
  });
});
