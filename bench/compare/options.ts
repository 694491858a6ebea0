/** What the comparisons have in common: their options, and what happens where the peer is missing. */
import type { BenchOptions } from '../options.js';
import { Peer, PeerError } from './peer.js';

/** Options of the comparisons. */
export const peerOptions = {
  python: 'the interpreter that has PyTorch (default /usr/bin/python3)',
  preload: "a library for PyTorch's process only, such as jemalloc",
};

/** Starts the peer, runs `body` and stops the peer. Without PyTorch, says loudly that nothing was compared. */
export async function withPeer(options: BenchOptions, body: (peer: Peer) => Promise<void>): Promise<void> {
  const { threads, own } = options;
  const peer = await Peer.start({ threads, python: own.python, preload: own.preload }).catch((error: unknown) => {
    if (!(error instanceof PeerError)) throw error;
    console.error(`SKIPPED: PyTorch does not start here (${error.message}); nothing was compared.`);
  });
  if (peer === undefined) return;
  if (peer.hasReferenceBlas)
    console.error(
      'warning: PyTorch uses the unoptimised reference BLAS, its matrix products are no measure (apt install libopenblas0-openmp)',
    );
  try {
    await body(peer);
  } finally {
    peer.stop();
  }
}
