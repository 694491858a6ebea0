import { layers, sequential } from 'convgrad';

const model = sequential({
  inputShape: [28, 28, 1],
  layers: [layers.conv2d({ filters: 8, kernelSize: 3 }), layers.flatten(), layers.dense({ units: 10 })],
});
const output: readonly [10] = model.outputShape;
console.log(output);
