// The options of `convgrad visualize`, apart from the command: reading them needs no addon.

/** What the command takes besides the image's path. */
export interface VisualizeOptions {
  readonly network?: string;
  readonly options?: string;
  readonly weights?: string;
  readonly classes?: string;
  readonly class?: string;
  readonly mean?: string;
  readonly deviation?: string;
  readonly layers?: string;
  readonly maps?: string;
  readonly out?: string;
  readonly help?: boolean;
}

/** The options as parseArgs takes them. */
export const visualizeOptions: Record<keyof VisualizeOptions, { type: 'boolean' | 'string' }> = {
  ...{ network: { type: 'string' }, options: { type: 'string' }, weights: { type: 'string' } },
  ...{
    classes: { type: 'string' },
    class: { type: 'string' },
    mean: { type: 'string' },
    deviation: { type: 'string' },
  },
  ...{ layers: { type: 'string' }, maps: { type: 'string' }, out: { type: 'string' }, help: { type: 'boolean' } },
};
