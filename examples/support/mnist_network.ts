import { layers, sequential } from 'convgrad';

/**
 * A small network for one quick epoch: two convolutions, each pooled before batch norm and ReLU, which then have a quarter of
 * the work, and two dense layers.
 */
export function mnistNetwork(seed: number) {
  return sequential({
    inputShape: [28, 28, 1],
    seed,
    layers: [
      layers.normalizePixels({ mean: 0.1307, standardDeviation: 0.3081 }),
      layers.conv2d({ filters: 24, kernelSize: 5, bias: false, name: 'conv1' }),
      layers.maxPool2d({ poolSize: 2 }),
      layers.batchNorm(),
      layers.activation('relu'),
      layers.conv2d({ filters: 32, kernelSize: 3, bias: false, name: 'conv2' }),
      layers.maxPool2d({ poolSize: 2 }),
      layers.batchNorm(),
      layers.activation('relu'),
      layers.flatten(),
      layers.dense({ units: 256, activation: 'relu' }),
      layers.dense({ units: 10 }),
    ],
  });
}
