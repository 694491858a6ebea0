// A schedule is a pure function from the number of updates done so far to the learning rate of the next one. Optimizers take
// one wherever they take a number; as nothing is remembered, resuming in the middle needs no state.

/** The learning rate of update `step`, counted from 0. */
export type Schedule = (step: number) => number;

/** From `from` at share 0 to `to` at share 1 along half a cosine: flat at both ends. */
export function cosineBetween(from: number, to: number, share: number): number {
  return to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share));
}
