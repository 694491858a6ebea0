// Trains VGG-19 with batch norm on CIFAR-10, for the pictures of docs/gallery.md, and keeps its weights after every epoch.
//
//   npx convgrad data cifar10                                     the photographs, once
//   npx tsx examples/vgg19_cifar10.ts                             a quarter of the filters, 8 epochs: 82 %
//   npx tsx examples/vgg19_cifar10.ts --width 1 --epochs 100      the network of the paper
//   npx tsx examples/vgg19_cifar10.ts --precision bfloat16        products of bfloat16, faster where the processor has them
//   npx tsx examples/vgg19_cifar10.ts --out outputs/vgg19         where weights and figures go
import { mkdir, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import {
  data,
  initializers,
  io,
  layers,
  losses,
  metrics,
  optimizers,
  type Precision,
  Random,
  schedules,
  sequential,
  zoo,
} from 'convgrad';

const { values } = parseArgs({
  options: {
    width: { type: 'string', default: '0.25' },
    epochs: { type: 'string', default: '8' },
    rate: { type: 'string', default: '0.05' },
    seed: { type: 'string', default: '0' },
    precision: { type: 'string', default: 'float32' },
    out: { type: 'string', default: 'outputs/vgg19' },
  },
});
const [width, epochs, maxLearningRate, seed] = [values.width, values.epochs, values.rate, values.seed].map(Number) as [
  number,
  number,
  number,
  number,
];
const precision = values.precision as Precision;

const network = zoo.vgg({
  depth: 19,
  batchNorm: true,
  inputShape: [32, 32, 3],
  pooledSize: 1, // the last maps are 1×1 already
  hidden: Math.round(512 * width),
  classes: 10,
  width,
  dropout: 0.1,
  seed,
});
// The paper's first dense weights, N(0, 0.01²), are for 4096 units: with fewer, nothing would get through for a long time.
for (const [path, parameter] of network.namedParameters())
  if (/^classifier.*weights$/.test(path)) initializers.heNormal()(parameter, new Random(seed).fork(path));
const pixels = layers.normalizePixels({ mean: [0.4914, 0.4822, 0.4465], standardDeviation: [0.247, 0.2435, 0.2616] });
const model = sequential({ inputShape: [32, 32, 3], layers: [pixels, network.layer] });

const photographs = await data.cifar10();
const train = photographs
  .shuffle({ seed })
  .batch(128, { dropLast: true })
  .map(data.randomCrop({ padding: 4, mode: 'reflect', seed }))
  .map(data.randomFlip({ seed }))
  .prefetch(2);
const test = (await data.cifar10({ split: 'test' })).batch(500);

await mkdir(values.out, { recursive: true });
const weights = `${values.out}/vgg19.safetensors`;
const totalSteps = epochs * train.batchesPerEpoch;
const learningRate = schedules.oneCycle({ maxLearningRate, totalSteps, pctStart: 0.2, finalDivFactor: 1e3 });
const history = await model.fit(train, {
  epochs,
  seed,
  precision,
  optimizer: optimizers.sgd({ learningRate, momentum: 0.9, nesterov: true, weightDecay: 5e-4 }),
  loss: losses.softmaxCrossEntropy,
  metrics: [metrics.accuracy()],
  callbacks: [
    {
      async onEpochEnd({ epoch, train: { loss, accuracy }, seconds }) {
        await io.saveTorchWeights(network, weights); // under torchvision's names; replaces the file of the epoch before
        const share = `${(100 * Number(accuracy)).toFixed(1)} %`;
        console.log(
          `epoch ${epoch + 1} of ${epochs}: loss ${loss.toFixed(3)}, training accuracy ${share}, ${seconds.toFixed(0)} s`,
        );
      },
    },
  ],
});

const { accuracy } = await model.evaluate(test, {
  loss: losses.softmaxCrossEntropy,
  metrics: [metrics.accuracy()],
  precision,
});
const seconds = history.epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
const figures = {
  network: 'VGG-19 with batch norm',
  width,
  epochs,
  seed,
  precision,
  accuracy,
  seconds: Math.round(seconds),
};
await writeFile(`${values.out}/vgg19.json`, `${JSON.stringify(figures, null, 2)}\n`);
console.log(`accuracy on the 10,000 test photographs: ${(100 * accuracy).toFixed(2)} %; weights in ${weights}`);
