// AUC = P(score of a positive > score of a negative) + ½ P(equal): the area under the receiver operating characteristic
// Scores within 0.004 (of the logit) may count as equal, and so may those beyond ±20.
import { widened } from '../ops/cast.js';
import { isLabels } from '../ops/labels.js';
import { matmul } from '../ops/matmul.js';
import { reshape } from '../ops/reshape.js';
import { sequenceCorrect } from '../ops/sequence_correct.js';
import { checkFloat, checkSameDType, checkSameShape, checkTensor } from '../tensor/checks.js';
import { wideDType } from '../tensor/dtype.js';
import { ShapeError } from '../tensor/errors.js';
import { formatShape } from '../tensor/shape.js';
import { ones, type Tensor, tensor } from '../tensor/tensor.js';
import { eachBinDown, logOddsHistogram } from './log_odds.js';
import type { Metric } from './metric.js';

/**
 * How well logits tell yes from no at any threshold, from 0 to 1; 0.5 is guessing. NaN while one of both is missing.
 *
 * Outputs are logits [batch] or [batch, 1], or [batch, 2] of no and yes; targets labels 0 and 1 [batch], int32 or uint8, or float
 * 0 and 1 of the output's shape.
 *
 * @throws on a batch, ShapeError or DTypeError for others
 * @example
 * const { auc } = await evaluate(model, test, { loss: losses.binaryCrossEntropy, metrics: [metrics.auc()] });
 */
export function auc(): Metric<'auc'> {
  return {
    name: 'auc',
    better: 'higher',
    measure: (output, target) => logOddsHistogram(scoresOf(output), hitsOf(output, target)),
    value(sums) {
      let [positives, negatives, area] = [0, 0, 0];
      eachBinDown(sums, (others, hits) => {
        area += others * (positives + hits / 2);
        positives += hits;
        negatives += others;
      });
      return area / (positives * negatives);
    },
  };
}

function scoresOf(output: Tensor): Tensor {
  checkFloat('auc', 'output', output);
  const [batch = 0, columns = 1, ...rest] = output.shape;
  if (output.shape.length === 0 || batch === 0 || rest.length > 0 || columns < 1 || columns > 2)
    throw new ShapeError(
      `auc: output must be [batch], [batch, 1] or [batch, 2], but has shape ${formatShape(output.shape)}`,
    );
  const scores = columns === 2 ? matmul(widened(output), tensor([[-1], [1]], [2, 1], wideDType(output.dtype))) : output;
  return reshape(scores, [batch]);
}

function hitsOf(output: Tensor, target: Tensor): Tensor {
  checkTensor('auc', 'target', target);
  const batch = output.shape[0] as number;
  if (!isLabels(target)) {
    checkSameDType('auc', 'target', target, 'output', output);
    checkSameShape('auc', 'target', target, output.shape[1] === 2 ? [batch] : output.shape);
    return reshape(target, [batch]);
  }
  checkSameShape('auc', 'target', target, [batch]);
  const dtype = wideDType(output.dtype) as 'float32' | 'float64';
  return sequenceCorrect(reshape(target, [batch, 1]), ones([batch, 1], 'int32'), dtype);
}
