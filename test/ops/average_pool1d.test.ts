import { describe } from 'vitest';
import { averagePool1d } from '../../lib/ops/average_pool1d.js';
import { averagePool2d } from '../../lib/ops/average_pool2d.js';
import { checkGradientAndPooling1d } from '../support/pooling1d.js';

describe('averagePool1d', () => {
  checkGradientAndPooling1d('averagePool', averagePool1d, averagePool2d, [{}, { countIncludePad: false }]);
});
