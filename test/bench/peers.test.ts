/** The conversation with peers, without any: a program that speaks it stands for one. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Peer, PeerError, Unsupported } from '../../bench/compare/peer.js';
import { besideEach, withPeers } from '../../bench/compare/peers.js';
import { turns } from '../../bench/compare/turns.js';
import { networkCases } from '../../bench/networks.js';
import { parseOptions } from '../../bench/options.js';
import { readModel } from '../onnx/model.js';

const module = (name: string): string => new URL(`../../bench/compare/${name}`, import.meta.url).href;

/** A peer that can do whatever asks for `able`. */
const program = (open: string) => ({
  command: process.execPath,
  args: [
    '--input-type=module',
    '--eval',
    `import { serve, Unsupported } from '${module('serve.mjs')}'; await serve(async () => { ${open} });`,
  ],
});
const able = program(`return {
  name: 'peer-1.0', about: 'a stand-in',
  prepare: async ({ what }) => {
    if (what === 'gradient') throw new Unsupported('it has no gradients');
    if (what !== 'able') throw new Error('no such thing as ' + what);
    return async () => {};
  },
};`);

let peer: Peer | undefined;
const complaints = vi.spyOn(console, 'error').mockImplementation(() => {});
afterEach(() => {
  peer?.stop();
  complaints.mockClear();
});

describe('a peer', () => {
  it('says what it is, and runs what it is told', async () => {
    peer = await Peer.start(able);
    expect(peer.name).toBe('peer-1.0');
    expect(peer.description).toBe('peer-1.0 (a stand-in)');
    const workload = await peer.prepare({ do: 'kernel', what: 'able' });
    expect(await workload.run(3)).toBeGreaterThan(0);
    expect(peer.peakRssMb).toBeGreaterThan(10);
  });

  it('distinguishes what it cannot do from what went wrong, and goes on', async () => {
    const started = await Peer.start(able);
    peer = started;
    await expect(started.prepare({ do: 'kernel', what: 'gradient' })).rejects.toThrow(Unsupported);
    const broken = started.prepare({ do: 'kernel', what: 'nonsense' });
    await expect(broken).rejects.toThrow(new PeerError('no such thing as nonsense'));
    const rows = await besideEach('a gradient', [started], ({ prepare }) =>
      prepare.call(started, { do: 'kernel', what: 'gradient' }),
    );
    expect(rows).toEqual([]);
    expect(complaints).toHaveBeenCalledWith('SKIPPED: a gradient by peer-1.0: it has no gradients');
  });

  it('that is missing or does not open is an error with its reason', async () => {
    await expect(Peer.start({ command: '/no/such/python', args: [] })).rejects.toThrow(PeerError);
    const missing = program("throw new Error('cannot find its package')");
    await expect(Peer.start(missing)).rejects.toThrow(new PeerError('cannot find its package'));
  });
});

it('skips peers that are not installed, loudly, and compares nothing without any', async () => {
  const command = { description: 'test', seconds: 1, options: { peers: '', python: '', 'peers-dir': '' } };
  const options = parseOptions(['--python', '/no/such/python', '--peers', 'pytorch,onnxruntime,tfjs'], command);
  await withPeers(options, () => expect.unreachable());
  expect(complaints.mock.calls.map(([line]) => line)).toEqual([
    expect.stringContaining('SKIPPED: pytorch does not start here'),
    'SKIPPED: onnxruntime does not start here: say with --peers-dir where its package is installed',
    'SKIPPED: tfjs does not start here: say with --peers-dir where its package is installed',
    'SKIPPED: no peer is there; nothing was compared.',
  ]);
  const wrong = parseOptions(['--peers', 'jax'], command);
  await expect(withPeers(wrong, async () => {})).rejects.toThrow('--peers: expected pytorch, onnxruntime, tfjs');
});

it('takes turns, every other pair in reverse order', async () => {
  const order: string[] = [];
  const side = (name: string) => async () => order.push(name);
  const pairs = await turns(side('ours'), side('theirs'), 3, undefined, async () => {
    order.push('|');
  });
  expect(order.join(' ')).toBe('ours theirs | theirs ours | ours theirs |');
  expect(pairs).toHaveLength(3);
});

interface Layer {
  readonly op: string;
  readonly filters: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly bias: boolean;
  readonly units: number;
  readonly branch: readonly Layer[];
  readonly around: readonly Layer[];
}

/** Trainable parameters of the layers, and the shape they give. */
function count(layers: readonly Layer[], size: number, channels: number): readonly [number, number, number] {
  let [total, s, c] = [0, size, channels];
  for (const layer of layers) {
    const { op, filters, kernel, stride, padding, bias, units } = layer;
    if (op === 'conv') total += c * filters * kernel ** 2 + (bias ? filters : 0);
    if (op === 'norm') total += 2 * c;
    if (op === 'dense') total += (c + 1) * units;
    if (op === 'conv' || op === 'pool') s = Math.floor((s + 2 * padding - kernel) / stride) + 1;
    if (op === 'residual') {
      const [branch, around] = [count(layer.branch, s, c), count(layer.around, s, c)];
      expect(branch.slice(1)).toEqual(around.slice(1));
      total += branch[0] + around[0];
      [, s, c] = branch;
    }
    if (op === 'flatten') c *= s * s;
    if (op === 'mean' || op === 'flatten') s = 1;
    c = op === 'conv' ? filters : op === 'dense' ? units : c;
  }
  return [total, s, c];
}

it.each(networkCases)('describes $name to peers as it is', async ({ name, build, size, channels, classes }) => {
  const { networks } = (await import(module('networks.mjs'))) as { networks: Record<string, readonly Layer[]> };
  const expected = build('float32').summary().trainableParameters;
  expect(count(networks[name] ?? [], size, channels)).toEqual([expected, 1, classes]);
});

it('writes ONNX models that an independent reader understands', async () => {
  const { OnnxModel } = await import(module('onnx_model.mjs'));
  const model = new OnnxModel([2, 300]);
  const weights = model.constant(
    [300, 2],
    Float32Array.from({ length: 600 }, (_, i) => i / 4),
  );
  const product = model.node('Gemm', ['x', weights]);
  const output = model.node('MaxPool', [product], { kernel_shape: [3, 3], count_include_pad: 1 });
  const read = readModel(model.encode(output));
  expect(read).toMatchObject({ opset: 13, inputs: ['x'], outputs: [output] });
  expect(read.nodes.map(({ operator, inputs, outputs }) => [operator, inputs, outputs])).toEqual([
    ['Gemm', ['x', weights], [product]],
    ['MaxPool', [product], [output]],
  ]);
  expect(read.nodes[1]?.attributes).toEqual({ kernel_shape: [3, 3], count_include_pad: 1 });
  expect(read.initializers.get(weights)).toMatchObject({ type: 'float32', shape: [300, 2] });
  expect(read.initializers.get(weights)?.numbers.at(-1)).toBe(599 / 4);
});
