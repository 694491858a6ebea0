// onnxruntime-node's side of the comparison: forward passes and inference, in its own layout, channels first.
import { createRequire } from 'node:module';
import path from 'node:path';
import { networks, noise } from './networks.mjs';
import { OnnxModel } from './onnx_model.mjs';
import { serve, Unsupported } from './serve.mjs';

const [folder, threads] = process.argv.slice(2);

const count = (shape) => shape.reduce((product, extent) => product * extent, 1);

/** Adds the layers to the model and returns the value they give and its shape [batch, channels, ...]. */
function add(model, layers, start) {
  const random = (...shape) =>
    model.constant(
      shape,
      noise(count(shape)).map((value) => value * 0.1),
    );
  const around = (padding) => [padding, padding, padding, padding];
  const moved = (size, { kernel, stride, padding }) => Math.floor((size + 2 * padding - kernel) / stride) + 1;
  return layers.reduce(({ value, shape }, layer) => {
    const [batch, channels, size] = shape;
    switch (layer.op) {
      case 'conv': {
        const { filters, kernel, stride, padding, groups = 1 } = layer;
        const weights = [random(filters, channels / groups, kernel, kernel), ...(layer.bias ? [random(filters)] : [])];
        const attributes = {
          strides: [stride, stride],
          pads: around(padding),
          group: groups,
          kernel_shape: [kernel, kernel],
        };
        const out = moved(size, layer);
        return { value: model.node('Conv', [value, ...weights], attributes), shape: [batch, filters, out, out] };
      }
      case 'norm': {
        const one = () => model.constant([channels], new Float32Array(channels).fill(1));
        const inputs = [value, one(), random(channels), random(channels), one()];
        return { value: model.node('BatchNormalization', inputs), shape };
      }
      case 'relu':
        return { value: model.node('Relu', [value]), shape };
      case 'pool': {
        const { kernel, stride, padding, reduce = 'max' } = layer;
        const attributes = { kernel_shape: [kernel, kernel], strides: [stride, stride], pads: around(padding) };
        const node =
          reduce === 'max'
            ? model.node('MaxPool', [value], attributes)
            : model.node('AveragePool', [value], { ...attributes, count_include_pad: 1 });
        return { value: node, shape: [batch, channels, moved(size, layer), moved(size, layer)] };
      }
      case 'residual': {
        const [branch, shortcut] = [layer.branch, layer.around].map((part) => add(model, part, { value, shape }));
        return { value: model.node('Add', [branch.value, shortcut.value]), shape: branch.shape };
      }
      case 'mean': {
        const mean = model.node('GlobalAveragePool', [value]);
        return { value: model.node('Flatten', [mean]), shape: [batch, channels] };
      }
      case 'flatten':
        return { value: model.node('Flatten', [value]), shape: [batch, count(shape) / batch] };
      case 'dense': {
        const inputs = [value, random(channels, layer.units), ...(layer.bias === false ? [] : [random(layer.units)])];
        return { value: model.node('Gemm', inputs), shape: [batch, layer.units] };
      }
      default:
        throw new Error(`no layer ${layer.op}`);
    }
  }, start);
}

/** The case as layers, and the shape they take. */
function layersOf(request) {
  if (request.dtype !== 'float32') throw new Unsupported('only float32 is compared');
  if (request.do === 'network') {
    if (request.pass !== 'inference') throw new Unsupported('it does not train');
    const { network, batch, channels, size } = request;
    return { layers: networks[network], shape: [batch, channels, size, size] };
  }
  const { case: of, pass } = request;
  if (pass !== 'forward') throw new Unsupported('it has no gradients');
  if (of.kind === 'gemm')
    return { layers: [{ op: 'dense', units: of.columns, bias: false }], shape: [of.rows, of.inner] };
  const layer = of.kind === 'conv' ? { ...of, op: 'conv', bias: true } : { ...of, op: 'pool' };
  return { layers: [layer], shape: [of.batch, of.channels, of.size, of.size] };
}

await serve(async () => {
  const require = createRequire(path.join(folder, 'peers.js'));
  const ort = require('onnxruntime-node');
  let session;
  return {
    name: `onnxruntime-${require('onnxruntime-node/package.json').version}`,
    about: '',
    async prepare(request) {
      const { layers, shape } = layersOf(request);
      await session?.release();
      const model = new OnnxModel(shape);
      const file = model.encode(add(model, layers, { value: 'x', shape }).value);
      session = await ort.InferenceSession.create(file, {
        intraOpNumThreads: Number(threads),
        interOpNumThreads: 1,
        graphOptimizationLevel: 'all',
        executionProviders: ['cpu'],
      });
      const x = new ort.Tensor('float32', noise(count(shape)), shape);
      return () => session.run({ x });
    },
  };
});
