// Class activation maps (Zhou et al. 2015, https://arxiv.org/abs/1512.04150), for networks that end in global average pooling and
// one dense layer:
//
//   M_c(i,j) = Σ_k w(k,c) A_k(i,j)        S_c = 1/Z Σ_{i,j} M_c(i,j) + b_c
//
// A [height, width, channels] are the maps that are averaged, Z their places, w and b weights and bias of the dense layer.
import { AdaptiveAveragePool2d } from '../layers/adaptive_average_pool2d.js';
import { AveragePool2d } from '../layers/average_pool2d.js';
import { Dense } from '../layers/dense.js';
import { Dropout } from '../layers/dropout.js';
import { Flatten } from '../layers/flatten.js';
import { GlobalAveragePool2d } from '../layers/global_average_pool2d.js';
import type { Model } from '../models/model.js';
import type { SummaryRow } from '../models/summary.js';
import { argMax } from '../ops/arg_max.js';
import { gather } from '../ops/gather.js';
import { multiply } from '../ops/multiply.js';
import { reshape } from '../ops/reshape.js';
import { resize2d } from '../ops/resize2d.js';
import { sum } from '../ops/sum.js';
import { transpose } from '../ops/transpose.js';
import { checkChoice, checkOptions, show } from '../tensor/arguments.js';
import { ArgumentError } from '../tensor/errors.js';
import { isRecord } from '../tensor/named.js';
import { type Tensor, tensor } from '../tensor/tensor.js';
import { AttributionMap } from './attribution.js';
import { answer, ask } from './explain.js';
import { scoresOf } from './target.js';

/** Options of `cam`. */
export interface CamOptions {
  /** A class, a class per image, or `'best'`, the class of each image's highest score (default). */
  readonly target?: 'best' | number | readonly number[];
  /** Whether maps are enlarged bilinearly to the size of the image (default), or as large as the layer's. */
  readonly size?: 'image' | 'layer';
}

/**
 * Where in an image the score of a class comes from: its mean over the places, plus the bias of the class, is the score.
 *
 * @param images [batch, height, width, channels], of the dtype that the model takes
 * @returns a map [height, width] for each image
 * @throws (rejects with) ArgumentError for a network that does not end so (see {@link gradCam}); ArgumentError, ShapeError or
 *   DTypeError for images or options that do not fit
 * @example
 * const [map] = await vis.cam(zoo.resnet({ depth: 18 }), image);
 * await writeFile('cam.png', formats.encodePng(map.over(photograph)));
 */
export async function cam(model: Model, images: Tensor, options: CamOptions = {}): Promise<AttributionMap[]> {
  checkOptions('cam', options, ['target', 'size']);
  const { size = 'image', target } = options;
  checkChoice('cam', 'size', size, ['image', 'layer']);
  if (isRecord(target))
    throw new ArgumentError(`cam: target must be a class, a class per image or 'best', but received ${show(target)}`);
  const question = ask('cam', model, images, target);
  const { maps, dense } = headOf(model);
  const find = () => {
    const { images: x, chosen } = question;
    const { output, intermediates } = model.forwardWith(x, [maps]);
    const A = intermediates[maps] as Tensor;
    const classes = chosen.channels ? tensor(Int32Array.from(chosen.channels)) : argMax(output);
    const weights = gather(transpose(model.parameter(`${dense}.weights`)), classes);
    const [batch, height, width, channels] = A.shape as [number, number, number, number];
    const map = sum(multiply(A, reshape(weights, [batch, 1, 1, channels])), { axes: 3, keepDims: true });
    const [, rows, columns] = size === 'image' ? (x.shape as [number, number, number]) : [batch, height, width];
    const result = reshape(resize2d(map, [rows, columns]), [batch, rows, columns]);
    return { result, scores: scoresOf(output, chosen), values: output };
  };
  return answer(question, find, (data, shape, about) => new AttributionMap(data, shape as [number, number], about));
}

/** The paths of the maps that are averaged and of the dense layer. @throws ArgumentError for a network that does not end so */
function headOf(model: Model): { maps: string; dense: string } {
  const { rows } = model.summary();
  const last = rows.at(-1);
  const pool = rows.findLastIndex(
    ({ layer }, at) => at < rows.length - 1 && !(layer instanceof Flatten || layer instanceof Dropout),
  );
  const [before, pooled] = [rows[pool - 1], rows[pool]];
  if (before && last?.layer instanceof Dense && last.layer.activation === 'none' && averagesAll(pooled))
    return { maps: before.path, dense: last.path };
  throw new ArgumentError(
    `cam: the model must end in global average pooling and a dense layer, but ends in ${rows
      .slice(-3)
      .map(({ kind }) => kind)
      .join(', ')}; use gradCam`,
  );
}

function averagesAll(row: SummaryRow | undefined): boolean {
  if (row?.layer instanceof GlobalAveragePool2d) return true;
  if (row?.layer instanceof AdaptiveAveragePool2d) return row.outputShape[0] === 1 && row.outputShape[1] === 1;
  if (!(row?.layer instanceof AveragePool2d)) return false;
  const [height, width] = row.inputShape;
  const { padding, layer } = row;
  return (
    layer.poolSize[0] === height &&
    layer.poolSize[1] === width &&
    !padding?.h.some(Boolean) &&
    !padding?.w.some(Boolean)
  );
}
