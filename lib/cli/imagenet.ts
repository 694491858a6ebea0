// `convgrad imagenet`: the ImageNet challenge year by year, with what the networks are made of, and a chart of it.
import { writeFile } from 'node:fs/promises';
import { ArgumentError } from '../tensor/errors.js';
import { chartOf } from './imagenet_chart.js';
import { challengeYears, networkTable, yearTable } from './imagenet_years.js';

/** What the command takes. */
export interface ImagenetOptions {
  /** Where the chart goes, an SVG file. */
  readonly out?: string;
}

/** Prints the tables, and writes the chart if asked. @returns the exit code */
export async function imagenet({ out }: ImagenetOptions): Promise<number> {
  console.log([...yearTable(), '', ...networkTable()].join('\n'));
  if (out === undefined) return 0;
  await writeFile(out, chartOf(challengeYears)).catch((cause: Error) => {
    throw new ArgumentError(`convgrad imagenet: '${out}' cannot be written: ${cause.message}`, { cause });
  });
  console.log(`\n${out}`);
  return 0;
}
