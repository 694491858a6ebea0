// Depths as the papers count them.
import { expect, it } from 'vitest';
import * as layers from '../../lib/layers/index.js';
import { graph } from '../../lib/models/graph.js';
import { input, join } from '../../lib/models/node.js';
import * as zoo from '../../lib/zoo/index.js';

it.each([
  ['AlexNet', zoo.alexnet(), 8],
  ['ZFNet', zoo.zfnet(), 8],
  ['VGG-19', zoo.vgg({ depth: 19 }), 19],
  ['GoogLeNet', zoo.googlenet(), 22],
  ['ResNet-18', zoo.resnet({ depth: 18 }), 18],
  ['ResNet-152', zoo.resnet({ depth: 152 }), 152],
  ['ResNet-20 for CIFAR-10', zoo.resnetCifar({ depth: 20 }), 20],
  ['MobileNet', zoo.mobilenetV1(), 28],
])('%s', (_, model, depth) => {
  expect(zoo.depthOf(model)).toBe(depth);
});

it('is that of the longest way through a graph', () => {
  const image = input([8, 8, 3]);
  const conv = () => layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same' });
  const long = image.pipe(conv(), layers.batchNorm(), conv(), conv());
  const sum = join(layers.add(), [image.pipe(conv()), long]);
  const outputs = sum.pipe(layers.globalAveragePool2d(), layers.dense({ units: 2 }));
  expect(zoo.depthOf(graph({ inputs: image, outputs }))).toBe(4);
});
