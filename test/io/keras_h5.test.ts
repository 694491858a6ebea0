// Models of Keras in HDF5 (test/fixtures/keras, written by scripts/oracle/keras_h5.py): the same as in TensorFlow.js' format.
import path from 'node:path';
import { expect, it } from 'vitest';
import { loadKeras } from '../../lib/io/index.js';
import { type AnyModel, expectRecorded, fixtures } from './keras_fixtures.js';

it.each([
  ['nested_keras2.h5', 'nested', ['inner.conv.filter', 'inner.conv.bias', 'head.twice.weights', 'head.twice.bias']],
  ['pair_keras3.h5', 'pair', ['shared.weights', 'shared.bias']],
])('%s computes what %s does', async (file, name, paths) => {
  const model = (await loadKeras(path.join(fixtures, 'keras', file))) as unknown as AnyModel;
  expect([...model.namedParameters().keys()].slice(0, 4)).toEqual(paths);
  await expectRecorded(model, path.join(fixtures, 'tfjs', name));
});
