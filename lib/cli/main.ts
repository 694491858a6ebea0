#!/usr/bin/env node
/** The `convgrad` command: `convgrad <command> [options]`. */
import { parseArgs } from 'node:util';
import { build } from './build.js';
import { doctor } from './doctor.js';
import { visualizeOptions } from './visualize_options.js';

interface Command {
  readonly summary: string;
  readonly options: Record<string, { type: 'boolean' | 'string' }>;
  /** Whether it takes arguments that are no options. */
  readonly takesNames?: boolean;
  run(options: Record<string, unknown>, names: readonly string[]): Promise<number>;
}

/** Commands that need the addon import it when they run: the others are there for where it is missing. */
const commands: Record<string, Command> = {
  doctor: {
    summary: 'what convgrad found on this machine (--json)',
    options: { json: { type: 'boolean' } },
    run: doctor,
  },
  data: {
    summary: 'fetch a dataset into the cache: mnist, fashion-mnist, cifar10, imdb (--from, --force)',
    options: { from: { type: 'string' }, force: { type: 'boolean' } },
    takesNames: true,
    run: async (options, names) => (await import('./data.js')).data(options, names),
  },
  visualize: {
    summary: 'write a report of what a network sees in an image (--help)',
    options: visualizeOptions,
    takesNames: true,
    run: async (options, names) => (await import('./visualize.js')).visualize(options, names),
  },
  bench: {
    summary: 'what this machine does: layers, memory, training, in a minute (--json)',
    options: { json: { type: 'boolean' } },
    run: async (options) => (await import('./bench.js')).bench(options),
  },
  evaluate: {
    summary: 'top-1 and top-5 error of a classifier over a folder of images (--help)',
    options: {
      ...{ network: { type: 'string' }, options: { type: 'string' }, weights: { type: 'string' } },
      ...{ model: { type: 'string' }, mean: { type: 'string' }, deviation: { type: 'string' } },
      ...{ size: { type: 'string' }, crops: { type: 'string' }, batch: { type: 'string' }, help: { type: 'boolean' } },
    },
    takesNames: true,
    run: async (options, names) => (await import('./evaluate.js')).evaluate(options, names),
  },
  imagenet: {
    summary: 'the ImageNet challenge by year, with depth, parameters and MACs of the networks (--out chart.svg)',
    options: { out: { type: 'string' } },
    run: async (options) => (await import('./imagenet.js')).imagenet(options),
  },
  build: { summary: 'compile the addon from the sources in this package', options: {}, run: build },
};

function usage(): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(9)} ${summary}`);
  return ['usage: convgrad <command> [options]', '', ...lines].join('\n');
}

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h') {
    console.log(usage());
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    console.error(`convgrad: unknown command "${name}"\n\n${usage()}`);
    return 2;
  }
  const { takesNames: allowPositionals = false } = command;
  const { values, positionals } = parseArgs({ args, options: command.options, allowPositionals });
  return command.run(values, positionals);
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
