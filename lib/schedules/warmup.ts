// rate(step) = after(0) · (startFactor + (1 − startFactor) · step / steps)    for step < steps
//            = after(step − steps)                                            from there on
//
// PyTorch's SequentialLR of LinearLR(start_factor = startFactor, total_iters = steps) and another one.
import { checkInteger, checkNumber, checkOptions, show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import type { Schedule } from './schedule.js';

/** Options of `warmup`. */
export interface WarmupOptions {
  /** Updates of the warm-up. */
  readonly steps: number;
  /** The first rate, as a share of that at the end of the warm-up; default 1 / (steps + 1). */
  readonly startFactor?: number;
}

/**
 * A schedule that starts with a linear increase.
 *
 * @param after what follows: a schedule, which begins when the warm-up ends, or a number
 * @throws ArgumentError for an invalid, missing or unknown option
 * @example
 * const schedule = schedules.warmup(schedules.multiStep({ learningRate: 0.1, milestones: [32_000] }), { steps: 400 });
 */
export function warmup(after: Schedule | number, options: WarmupOptions): Schedule {
  checkOptions('warmup', options, ['steps', 'startFactor']);
  const { steps } = options;
  checkInteger('warmup', 'steps', steps);
  const { startFactor = 1 / (steps + 1) } = options;
  checkNumber('warmup', 'startFactor', startFactor, 0, 1);
  if (typeof after !== 'function' && !(typeof after === 'number' && after >= 0 && Number.isFinite(after)))
    throw new ArgumentError(`warmup: expected a schedule or a learning rate, but received ${show(after)}`);
  const later = typeof after === 'function' ? after : () => after;
  return (step) => (step < steps ? later(0) * (startFactor + ((1 - startFactor) * step) / steps) : later(step - steps));
}
