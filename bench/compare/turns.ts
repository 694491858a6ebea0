/** Two sides take turns, so that a change of the clock or of the machine's load meets both. */
import type { Repeat } from '../measure.js';
import type { Peer } from './peer.js';

/** Seconds per call of two repetitions that ran one after the other; theirs is NaN where there is no other side. */
export interface Pair {
  readonly ours: number;
  readonly theirs: number;
}

/** Runs `count` pairs, every other one in reverse order, or only our side of them; `between` runs after each. */
export async function turns(
  ours: Repeat,
  theirs: Repeat | undefined,
  count: number,
  peer: Peer | undefined,
  between: () => Promise<void> = async () => {},
): Promise<Pair[]> {
  const found: Pair[] = [];
  for (let i = 0; i < count; i++) {
    const first = i % 2 === 0 ? await ours() : undefined;
    const other = (await theirs?.()) ?? Number.NaN;
    await peer?.settle();
    found.push({ ours: first ?? (await ours()), theirs: other });
    await between();
  }
  return found;
}
