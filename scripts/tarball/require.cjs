const convgrad = require('convgrad');

import('./step.mjs').then(async ({ train }) => console.log(await train(convgrad)));
