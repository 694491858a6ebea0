/** What the comparisons have in common: their options, and what happens where the peer is missing. */
import type { BenchOptions } from '../options.js';
import { Peer, PeerError } from './peer.js';

/** Options of the comparisons. */
export const peerOptions = {
  python: 'the interpreter that has PyTorch (default /usr/bin/python3)',
  preload: "a library for PyTorch's process only, such as jemalloc",
};

const referenceBlas =
  'the matrix products, and networks with dense layers: this PyTorch does them with the unoptimised reference BLAS, ' +
  'which is no measure. Install a good one, such as libopenblas0-openmp.';

/** Starts the peer, runs `body` and stops the peer. Without PyTorch, says loudly that nothing was compared. */
export async function withPeer(options: BenchOptions, body: (peer: Peer) => Promise<void>): Promise<void> {
  const { threads, own } = options;
  const peer = await Peer.start({ threads, python: own.python, preload: own.preload }).catch((error: unknown) => {
    if (!(error instanceof PeerError)) throw error;
    console.error(`SKIPPED: PyTorch does not start here (${error.message}); nothing was compared.`);
  });
  if (peer === undefined) return;
  if (peer.hasReferenceBlas) console.error(`SKIPPED: ${referenceBlas}`);
  try {
    await body(peer);
  } finally {
    peer.stop();
  }
}
