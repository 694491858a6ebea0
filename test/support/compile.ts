// Runs the TypeScript compiler under the project's settings.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** The repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The compiler options and the files of the project's own type check. */
export function project(): ts.ParsedCommandLine {
  const { config } = ts.readConfigFile(resolve(root, 'tsconfig.check.json'), ts.sys.readFile);
  return ts.parseJsonConfigFileContent(config, ts.sys, root);
}

/** A program of files, given by path and text, that need not exist on disk. */
export function compile(files: ReadonlyMap<string, string>): ts.Program {
  const { options } = project();
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => files.has(file) || fileExists(file);
  host.readFile = (file) => files.get(file) ?? readFile(file);
  host.getSourceFile = (file, version, ...rest) => {
    const text = files.get(file);
    return text === undefined ? getSourceFile(file, version, ...rest) : ts.createSourceFile(file, text, version);
  };
  return ts.createProgram([...files.keys()], options, host);
}
