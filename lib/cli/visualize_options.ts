// The options of `convgrad visualize`, apart from the command: reading them needs no addon.
import type { ClassifierOptions } from './classifiers.js';

/** What the command takes besides the image's path. */
export interface VisualizeOptions extends ClassifierOptions {
  readonly classes?: string;
  readonly class?: string;
  readonly layers?: string;
  readonly maps?: string;
  readonly out?: string;
  readonly help?: boolean;
}

/** The options as parseArgs takes them. */
export const visualizeOptions: Record<keyof VisualizeOptions, { type: 'boolean' | 'string' }> = {
  ...{
    network: { type: 'string' },
    options: { type: 'string' },
    weights: { type: 'string' },
    model: { type: 'string' },
  },
  ...{
    classes: { type: 'string' },
    class: { type: 'string' },
    mean: { type: 'string' },
    deviation: { type: 'string' },
  },
  ...{ layers: { type: 'string' }, maps: { type: 'string' }, out: { type: 'string' }, help: { type: 'boolean' } },
};
