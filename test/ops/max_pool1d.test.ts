import { describe } from 'vitest';
import { maxPool1d } from '../../lib/ops/max_pool1d.js';
import { maxPool2d } from '../../lib/ops/max_pool2d.js';
import { checkGradientAndPooling1d } from '../support/pooling1d.js';

describe('maxPool1d', () => {
  checkGradientAndPooling1d('maxPool', maxPool1d, maxPool2d, [{}]);
});
