import { describe } from 'vitest';
import { spatialDropout } from '../../lib/ops/spatial_dropout.js';
import { zeros } from '../../lib/tensor/tensor.js';
import { checkGradientAndDropping } from '../support/dropping.js';

describe('spatialDropout', () => {
  checkGradientAndDropping('spatialDropout', spatialDropout, {
    of: 'channels',
    count: (batch, channels) => batch * channels,
    index: (n, c, channels) => n * channels + c,
    deviation: 0.03,
    tooFew: [zeros([3]), '[batch, ..., channels], but has shape [3]'],
  });
});
