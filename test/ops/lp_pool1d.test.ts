import { describe } from 'vitest';
import { lpPool1d } from '../../lib/ops/lp_pool1d.js';
import { lpPool2d } from '../../lib/ops/lp_pool2d.js';
import { checkGradientAndPooling1d } from '../support/pooling1d.js';

describe('lpPool1d', () => {
  checkGradientAndPooling1d('lpPool', lpPool1d, lpPool2d, [{}, { p: 3 }]);
});
