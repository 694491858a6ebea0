// The networks as lists of layers, for peers that have to be told what a network is. Channels of the input are left to them.
//
//   { op: 'conv', filters, kernel, stride, padding, bias }   { op: 'norm' }   { op: 'relu' }   { op: 'pool', kernel, stride, padding }
//   { op: 'residual', branch, around }   { op: 'mean' } over the image   { op: 'flatten' }   { op: 'dense', units }

const conv = (filters, kernel, stride = 1, { padding = kernel >> 1, bias = true } = {}) => ({
  op: 'conv',
  filters,
  kernel,
  stride,
  padding,
  bias,
});
const relu = { op: 'relu' };
const flatten = { op: 'flatten' };
const pool = (kernel = 2, stride = 2, padding = 0) => ({ op: 'pool', kernel, stride, padding });
const dense = (units) => ({ op: 'dense', units });
const active = (...layers) => layers.flatMap((layer) => [layer, relu]);
const normed = (filters, kernel, stride = 1) => [conv(filters, kernel, stride, { bias: false }), { op: 'norm' }];

function residual(stem, widths, repeats, classes) {
  let channels = widths[0];
  const blocks = widths.flatMap((filters, stage) =>
    Array.from({ length: repeats }, (_, index) => {
      const stride = stage > 0 && index === 0 ? 2 : 1;
      const around = stride > 1 || filters !== channels ? normed(filters, 1, stride) : [];
      channels = filters;
      return { op: 'residual', branch: [...normed(filters, 3, stride), relu, ...normed(filters, 3)], around };
    }),
  );
  return [...stem, ...active(...blocks), { op: 'mean' }, dense(classes)];
}

const vggBlock = (filters, count) => [...active(...Array.from({ length: count }, () => conv(filters, 3))), pool()];
const hidden = [...active(dense(4096), dense(4096)), dense(1000)];

/** By the names of bench/networks.ts; dropout does nothing in inference. */
export const networks = {
  lenet: [...active(conv(32, 5)), pool(), ...active(conv(64, 5)), pool(), flatten, ...active(dense(512)), dense(10)],
  'vgg-cifar': [...[32, 64, 128].flatMap((filters) => vggBlock(filters, 2)), flatten, ...active(dense(256)), dense(10)],
  resnet20: residual([...normed(16, 3), relu], [16, 32, 64], 3, 10),
  resnet18: residual([...normed(64, 7, 2), relu, pool(3, 2, 1)], [64, 128, 256, 512], 2, 1000),
  vgg11: [
    ...[64, 128, 256, 512, 512].flatMap((filters, block) => vggBlock(filters, block < 2 ? 1 : 2)),
    flatten,
    ...hidden,
  ],
  alexnet: [
    ...active(conv(64, 11, 4, { padding: 2 })),
    pool(3),
    ...active(conv(192, 5)),
    pool(3),
    ...active(conv(384, 3), conv(256, 3), conv(256, 3)),
    pool(3),
    flatten,
    ...hidden,
  ],
};

/** Numbers uniform in [−1/2, 1/2), repeating after a prime number of them. */
export function noise(length) {
  const period = 1_000_003;
  const block = Float32Array.from({ length: Math.min(length, period) }, () => Math.random() - 0.5);
  const values = new Float32Array(length);
  for (let start = 0; start < length; start += period) values.set(block.subarray(0, length - start), start);
  return values;
}
