// Histograms of log-odds ln(p / (1 − p)), for metrics over all thresholds: 10 000 bins of 0.004, from −20 to 20.
import { exp } from '../ops/exp.js';
import { log } from '../ops/log.js';
import { maximum } from '../ops/maximum.js';
import { scoreHistogram } from '../ops/score_histogram.js';
import { subtract } from '../ops/subtract.js';
import type { Tensor } from '../tensor/tensor.js';

const options = { bins: 10_000, low: -20, high: 20 } as const;

/** Counts of log-odds: the others', then the hits'. */
export function logOddsHistogram(logOdds: Tensor, hits: Tensor): Tensor {
  return scoreHistogram(logOdds, hits, options);
}

/** Log-odds of what has the log-probability ln p. */
export function logOddsOf(logProbability: Tensor): Tensor {
  return subtract(logProbability, log(maximum(subtract(1, exp(logProbability)), 1e-30)));
}

/** Calls visit(others, hits) for each bin, from the highest one down. */
export function eachBinDown(sums: Float64Array, visit: (others: number, hits: number) => void): void {
  const bins = sums.length / 2;
  for (let bin = bins - 1; bin >= 0; bin--) visit(sums[bin] as number, sums[bins + bin] as number);
}
