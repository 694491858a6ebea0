import { describe } from 'vitest';
import { stochasticDepth } from '../../lib/ops/stochastic_depth.js';
import { zeros } from '../../lib/tensor/tensor.js';
import { checkGradientAndDropping } from '../support/dropping.js';

describe('stochasticDepth', () => {
  checkGradientAndDropping('stochasticDepth', stochasticDepth, {
    of: 'samples',
    count: (batch) => batch,
    index: (n) => n,
    deviation: 0.2,
    tooFew: [zeros([]), '[batch, ...], but is a scalar'],
  });
});
