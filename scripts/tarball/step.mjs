// One training program for every way of loading convgrad. `convgrad` is passed in, so that require() can use it too.

/** A small network and a batch that it can learn by heart. */
export function setUp(convgrad, { filters = 4, size = 8, batch = 6 } = {}) {
  const { layers, losses, optimizers, sequential, tensor, valueAndGradients } = convgrad;
  const model = sequential({
    inputShape: [size, size, 1],
    layers: [
      layers.conv2d({ filters, kernelSize: 3 }),
      layers.activation('relu'),
      layers.flatten(),
      layers.dense({ units: 3 }),
    ],
    seed: 1,
  });
  const optimizer = optimizers.adam({ learningRate: 0.01 });
  const pixels = Float32Array.from({ length: batch * size * size }, (_, i) => Math.sin(i * i));
  const x = tensor(pixels, [batch, size, size, 1]);
  const labels = tensor(Int32Array.from({ length: batch }, (_, i) => i % 3));
  return () => {
    const forward = () => losses.softmaxCrossEntropy(model.forward(x, { training: true }), labels);
    const { value, gradients } = valueAndGradients(forward, model.parameters);
    optimizer.step(model.parameters, gradients);
    return value;
  };
}

/** Trains for 40 steps. @throws where the loss does not fall */
export async function train(convgrad) {
  const step = setUp(convgrad);
  const first = await step().item();
  for (let i = 0; i < 40; i++) step();
  const last = await step().item();
  if (!(last < first / 2)) throw new Error(`the loss went from ${first} to ${last}`);
  return `loss ${first.toFixed(3)} -> ${last.toFixed(3)}`;
}

/** Enqueues steps that take much longer than it takes to enqueue them. */
export function startLongWork(convgrad) {
  const step = setUp(convgrad, { filters: 32, size: 64, batch: 16 });
  for (let i = 0; i < 8; i++) step();
}
