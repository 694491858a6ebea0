#!/usr/bin/env node
/** The `convgrad` command: `convgrad <command> [options]`. */
import { parseArgs } from 'node:util';
import { build } from './build.js';
import { doctor } from './doctor.js';

interface Command {
  readonly summary: string;
  readonly options: Record<string, { type: 'boolean' | 'string' }>;
  run(options: Record<string, unknown>): Promise<number>;
}

const commands: Record<string, Command> = {
  doctor: {
    summary: 'what convgrad found on this machine (--json)',
    options: { json: { type: 'boolean' } },
    run: doctor,
  },
  build: { summary: 'compile the addon from the sources in this package', options: {}, run: build },
};

function usage(): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(8)} ${summary}`);
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
  const { values } = parseArgs({ args, options: command.options });
  return command.run(values);
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
