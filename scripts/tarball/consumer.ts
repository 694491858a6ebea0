import { data, layers, losses, metrics, optimizers, sequential, tensor } from 'convgrad';

const model = sequential({
  inputShape: [28, 28, 1],
  layers: [layers.conv2d({ filters: 8, kernelSize: 3 }), layers.flatten(), layers.dense({ units: 10 })],
});
export const output: readonly [10] = model.outputShape;
export const pixels: Promise<unknown> = tensor([1, 2, 3]).data();

export async function learn(): Promise<number> {
  const digits = await data.idx({ images: 'images.gz', labels: 'labels.gz' });
  const [train, test] = digits.split(0.9, { seed: 1 });
  const loss = losses.softmaxCrossEntropy;
  await model.fit(train.shuffle({ seed: 1 }).batch(64), { epochs: 1, loss, optimizer: optimizers.adam() });
  return (await model.evaluate(test.batch(256), { loss, metrics: [metrics.accuracy()] })).accuracy;
}
