import { layers, sequential } from 'convgrad';

/**
 * A small network for one quick epoch: two convolutions, each pooled before its ReLU (the same result with a quarter of the
 * ReLUs), and two dense layers.
 */
export function mnistNetwork(seed: number) {
  return sequential({
    inputShape: [28, 28, 1],
    seed,
    layers: [
      layers.normalizePixels({ mean: 0.1307, standardDeviation: 0.3081 }),
      layers.conv2d({ filters: 24, kernelSize: 5, name: 'conv1' }),
      layers.maxPool2d({ poolSize: 2 }),
      layers.activation('relu'),
      layers.conv2d({ filters: 32, kernelSize: 3, name: 'conv2' }),
      layers.maxPool2d({ poolSize: 2 }),
      layers.activation('relu'),
      layers.flatten(),
      layers.dense({ units: 256, activation: 'relu' }),
      layers.dense({ units: 10 }),
    ],
  });
}
