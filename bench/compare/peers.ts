/** The libraries we compare with: how each is started, and what happens where one is missing or lacks an operation. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BenchOptions, oneOf } from '../options.js';
import { sayOnce } from '../report.js';
import { Peer, PeerError, type PeerProgram, Unsupported } from './peer.js';

/** Options of the comparisons. */
export const peerOptions = {
  peers: 'which of pytorch,onnxruntime,tfjs to compare with (default all that are there)',
  python: 'the interpreter that has PyTorch (default /usr/bin/python3)',
  preload: "a library for PyTorch's process only, such as jemalloc",
  'peers-dir': 'a folder whose node_modules has onnxruntime-node or @tensorflow/tfjs and its wasm backend',
};

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

function nodeProgram(name: string, { threads, own: { 'peers-dir': folder } }: BenchOptions): PeerProgram {
  if (folder === undefined) throw new PeerError('say with --peers-dir where its package is installed');
  return { command: process.execPath, args: [file(name), path.resolve(folder), `${threads}`] };
}

const programs = {
  pytorch: ({ threads, own: { python = '/usr/bin/python3', preload } }: BenchOptions): PeerProgram => ({
    command: python,
    args: [file('torch_peer.py'), `${threads}`],
    ...(preload !== undefined && { environment: { LD_PRELOAD: preload } }),
  }),
  onnxruntime: (options: BenchOptions): PeerProgram => nodeProgram('onnxruntime_peer.mjs', options),
  tfjs: (options: BenchOptions): PeerProgram => nodeProgram('tfjs_peer.mjs', options),
};

type PeerName = keyof typeof programs;

const names = Object.keys(programs) as PeerName[];

/** Starts the peers that are asked for and there, runs `body`, and stops them. Says loudly which are missing. */
export async function withPeers(options: BenchOptions, body: (peers: readonly Peer[]) => Promise<void>): Promise<void> {
  const wanted = options.own.peers?.split(',').map((name) => oneOf('peers', name, names)) ?? names;
  const peers: Peer[] = [];
  try {
    for (const name of wanted) {
      const peer = await start(name, options);
      if (peer) peers.push(peer);
    }
    if (peers.length > 0) await body(peers);
    else console.error('SKIPPED: no peer is there; nothing was compared.');
  } finally {
    for (const peer of peers) peer.stop();
  }
}

async function start(name: PeerName, options: BenchOptions): Promise<Peer | undefined> {
  try {
    return await Peer.start(programs[name](options));
  } catch (error) {
    if (!(error instanceof PeerError)) throw error;
    sayOnce(`SKIPPED: ${name} does not start here: ${error.message}`);
    return undefined;
  }
}

/** A row beside each peer; those that cannot run the case are named, with their reason. */
export async function besideEach<Row>(
  subject: string,
  peers: readonly Peer[],
  row: (peer: Peer) => Promise<Row>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const peer of peers) {
    try {
      rows.push(await row(peer));
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
      console.error(`SKIPPED: ${subject} by ${peer.name}: ${error.message}`);
    }
  }
  return rows;
}
