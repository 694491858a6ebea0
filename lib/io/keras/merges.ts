// Add, Concatenate, Multiply, Average, Maximum: where the branches of a functional model meet.
import { Add } from '../../layers/add.js';
import { Average } from '../../layers/average.js';
import { Concat } from '../../layers/concat.js';
import { Maximum } from '../../layers/maximum.js';
import { Multiply } from '../../layers/multiply.js';
import type { MergeConverter } from './converter.js';

function elementwise(
  className: string,
  type: new (options: { name: string }) => InstanceType<MergeConverter['type']>,
): MergeConverter {
  return { className, type, settings: {}, read: (_config, { name }) => new type({ name }) };
}

export const add = elementwise('Add', Add);
export const average = elementwise('Average', Average);
export const maximum = elementwise('Maximum', Maximum);
export const multiply = elementwise('Multiply', Multiply);

export const concat: MergeConverter = {
  className: 'Concatenate',
  type: Concat,
  settings: { axis: -1 },
  read: (config, { name, inputs }) => {
    const axis = config.integer('axis', -1);
    if (axis !== -1 && axis !== inputs[0]?.length) config.fail(`joins axis ${axis}; only the last can be expressed`);
    return new Concat({ name });
  },
};
