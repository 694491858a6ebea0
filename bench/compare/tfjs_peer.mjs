// TensorFlow.js' side of the comparison: forward passes and inference by its WebAssembly backend, the fastest that installs
// without a download. That backend has no gradient by a convolution's filter, and so it does not train.
import { createRequire } from 'node:module';
import path from 'node:path';
import { networks, noise } from './networks.mjs';
import { serve, Unsupported } from './serve.mjs';

const [folder, threads] = process.argv.slice(2);

const count = (shape) => shape.reduce((product, extent) => product * extent, 1);

/** Makes the weights of the layers, and a function that applies them. */
function build(tf, layers, inputShape) {
  const random = (...shape) => tf.tensor(noise(count(shape)), shape).mul(0.1);
  const moved = (size, { kernel, stride, padding }) => Math.floor((size + 2 * padding - kernel) / stride) + 1;
  const explicit = (padding) => [
    [0, 0],
    [padding, padding],
    [padding, padding],
    [0, 0],
  ];
  let shape = inputShape;
  const steps = layers.map((layer) => {
    const [batch, size, , channels] = shape;
    switch (layer.op) {
      case 'conv': {
        const { filters, kernel, stride, padding, groups = 1 } = layer;
        const depthwise = groups > 1;
        if (depthwise && (groups !== channels || filters !== channels)) throw new Unsupported('it has no groups');
        const filter = depthwise ? random(kernel, kernel, channels, 1) : random(kernel, kernel, channels, filters);
        const bias = layer.bias && random(filters);
        const apply = depthwise ? tf.depthwiseConv2d : tf.conv2d;
        const pad = padding === 0 ? 'valid' : explicit(padding);
        shape = [batch, moved(size, layer), moved(size, layer), filters];
        return (x) => (bias ? apply(x, filter, stride, pad).add(bias) : apply(x, filter, stride, pad));
      }
      case 'norm': {
        const [mean, variance, offset, scale] = [
          random(channels),
          tf.ones([channels]),
          random(channels),
          tf.ones([channels]),
        ];
        return (x) => tf.batchNorm(x, mean, variance, offset, scale);
      }
      case 'relu':
        return (x) => tf.relu(x);
      case 'pool': {
        const { kernel, stride, padding, reduce = 'max' } = layer;
        if (padding > 0 && reduce === 'average') throw new Unsupported('its means leave padding out');
        const pool = reduce === 'max' ? tf.maxPool : tf.avgPool;
        shape = [batch, moved(size, layer), moved(size, layer), channels];
        return (x) => pool(x, kernel, stride, padding === 0 ? 'valid' : explicit(padding));
      }
      case 'residual': {
        const [branch, around] = [build(tf, layer.branch, shape), build(tf, layer.around, shape)];
        shape = branch.shape;
        return (x) => branch.apply(x).add(around.apply(x));
      }
      case 'mean':
        shape = [batch, channels];
        return (x) => tf.mean(x, [1, 2]);
      case 'flatten':
        shape = [batch, count(shape) / batch];
        return (x) => x.reshape([batch, -1]);
      case 'dense': {
        const inputs = shape[1];
        const weights = random(inputs, layer.units);
        const bias = layer.bias !== false && random(layer.units);
        shape = [batch, layer.units];
        return (x) => (bias ? x.matMul(weights).add(bias) : x.matMul(weights));
      }
      default:
        throw new Error(`no layer ${layer.op}`);
    }
  });
  return { shape, apply: (x) => steps.reduce((value, step) => step(value), x) };
}

/** The case as layers, and the shape they take. */
function layersOf(request) {
  if (request.dtype !== 'float32') throw new Unsupported('it computes in float32');
  if (request.do === 'network') {
    if (request.pass !== 'inference') throw new Unsupported('its wasm backend has no gradients by filters');
    const { network, batch, channels, size } = request;
    return { layers: networks[network], shape: [batch, size, size, channels] };
  }
  const { case: of, pass } = request;
  if (pass !== 'forward')
    throw new Unsupported('only forward passes are compared: its wasm backend lacks most gradients');
  if (of.kind === 'gemm')
    return { layers: [{ op: 'dense', units: of.columns, bias: false }], shape: [of.rows, of.inner] };
  const layer = of.kind === 'conv' ? { ...of, op: 'conv', bias: true } : { ...of, op: 'pool' };
  return { layers: [layer], shape: [of.batch, of.size, of.size, of.channels] };
}

console.log = (...words) => console.error(...words); // the library greets; answers alone go to stdout
console.info = console.log;

await serve(async () => {
  const require = createRequire(path.join(folder, 'peers.js'));
  const tf = require('@tensorflow/tfjs');
  const wasm = require('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(`${path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'))}/dist/`);
  wasm.setThreadsCount(Number(threads));
  await tf.setBackend('wasm');
  await tf.ready();
  tf.engine().startScope();
  return {
    name: `tfjs-${tf.version.tfjs}`,
    about: `wasm, ${wasm.getThreadsCount()} threads`,
    async prepare(request) {
      const { layers, shape } = layersOf(request);
      tf.engine().endScope(); // releases the tensors of the case before
      tf.engine().startScope();
      const x = tf.tensor(noise(count(shape)), shape);
      const { apply } = build(tf, layers, shape);
      return async () => {
        const y = tf.tidy(() => apply(x));
        await y.data();
        y.dispose();
      };
    },
  };
});
