// What a network sees in an image, part by part, with the methods of vis.
import type { Image8 } from '../formats/png.js';
import type { Model } from '../models/model.js';
import type { SummaryRow } from '../models/summary.js';
import { softmax } from '../ops/softmax.js';
import { ArgumentError, ShapeError } from '../tensor/errors.js';
import { Random } from '../tensor/random.js';
import { scope } from '../tensor/scope.js';
import { elementCount } from '../tensor/shape.js';
import { type Tensor, tensor } from '../tensor/tensor.js';
import * as vis from '../vis/index.js';
import { givesProbabilities, takesBytes } from './classifiers.js';
import { type Figure, type Part, page } from './report_page.js';

/** What a report is about. */
export interface ReportPlan {
  readonly title: string;
  readonly model: Model;
  /** Of the model's input size. */
  readonly image: Image8;
  /** How pixels from 0 to 1 become the network's input, per channel; networks that take bytes get those. */
  readonly statistics: { readonly mean: readonly number[]; readonly deviation: readonly number[] };
  /** Maps shown of each layer. */
  readonly maps: number;
  readonly layers: readonly string[] | undefined;
  /** The class to explain; undefined for the predicted one. */
  readonly target: number | undefined;
  readonly classNames: readonly string[] | undefined;
  /** Is told the title of each part when it is done. */
  readonly onPart?: (title: string) => void;
}

/** A report under way. */
interface Setting extends ReportPlan {
  /** The image as the network takes it, a batch of one. */
  readonly x: Tensor;
  readonly takesBytes: boolean;
  readonly target: number;
  readonly nameOf: (index: number) => string;
  /** How many times the image is enlarged. */
  readonly factor: number;
  readonly large: Image8;
}

const MOST_LAYERS = 16;

/** The report as HTML. @throws ArgumentError (rejects with) for layers that the model does not have */
export async function report(plan: ReportPlan): Promise<string> {
  const { model, image, classNames } = plan;
  const bytes = takesBytes(model);
  using x = networkInput(plan, bytes);
  const probabilities = await scope(() => {
    const output = model.forward(x);
    return { read: (givesProbabilities(model) ? output : softmax(output)).data() };
  }).read;
  const order = Array.from(probabilities, (_, index) => index).sort(
    (a, b) => (probabilities[b] as number) - (probabilities[a] as number),
  );
  const factor = Math.max(1, Math.round(224 / image.height));
  const setting: Setting = {
    ...{ ...plan, x, takesBytes: bytes, factor, target: plan.target ?? (order[0] as number) },
    nameOf: (index) => classNames?.[index] ?? `class ${index}`,
    large: vis.enlarge(image, factor),
  };
  const parts: Part[] = [];
  for (const make of [prediction, filters, featureMaps, receptiveFields, occlusion, attributions, classModel]) {
    const made = await make(setting, probabilities, order);
    if (!made) continue;
    parts.push(made);
    plan.onPart?.(made.title);
  }
  const { trainableParameters, macs } = model.summary();
  const size = `${(trainableParameters / 1e6).toFixed(2)} million parameters, ${(macs / 1e9).toPrecision(3)} GMAC per image`;
  return page(plan.title, size, parts);
}

function networkInput({ model, image, statistics: { mean, deviation } }: ReportPlan, bytes: boolean): Tensor {
  const shape = [1, ...model.inputShape];
  const { data, channels } = image;
  if (bytes) return tensor(Uint8Array.from(data), shape);
  const values = Float32Array.from(data, (value, at) => {
    const c = at % channels;
    return (value / 255 - (mean[c] as number)) / (deviation[c] as number);
  });
  return tensor(values, shape, model.parameters[0]?.dtype ?? 'float32');
}

async function prediction(
  { model, large, nameOf }: Setting,
  probabilities: ArrayLike<number>,
  order: readonly number[],
): Promise<Part> {
  const bars = order.slice(0, 5).map((index) => ({ label: nameOf(index), share: probabilities[index] as number }));
  return {
    title: 'Prediction',
    text: 'The image as the network gets it, and the most probable classes.',
    figures: [{ image: large }],
    bars,
    details: { summary: 'the layers', text: model.summary().toString() },
  };
}

async function filters({ model }: Setting): Promise<Part | undefined> {
  const found = await unlessUnfit(() => vis.filters(model));
  if (!found) return undefined;
  const [height, width, , count] = found.shape;
  return {
    title: 'Filters of the first layer',
    text: `What the network looks for in the pixels themselves: ${count} filters of ${height}×${width}, zero as mid-grey.`,
    figures: [{ image: found.image() }],
  };
}

/** The layers asked for, or some of those with maps, spread over the network: the outputs of activations and of pooling. */
function shownLayers({ model, layers }: ReportPlan): readonly string[] {
  if (layers) return layers;
  const rows = model
    .summary()
    .rows.filter(
      ({ outputShape: [height, width, channels] }) => channels && (height as number) * (width as number) > 1,
    );
  const after = rows.filter(
    ({ kind }, at) => kind === 'activation' || /[pP]ool/.test(kind) || rows[at + 1] === undefined,
  );
  const candidates = (after.length >= 3 ? after : rows).map(({ path }) => path);
  if (candidates.length <= MOST_LAYERS) return candidates;
  const step = (candidates.length - 1) / (MOST_LAYERS - 1);
  return Array.from({ length: MOST_LAYERS }, (_, i) => candidates[Math.round(i * step)] as string);
}

async function featureMaps(setting: Setting): Promise<Part> {
  const { model, x, maps } = setting;
  const found = await vis.featureMaps(model, x, { layers: shownLayers(setting) });
  const sections = Object.values(found).map((layer) => layer.section({ count: maps, order: 'strength', columns: 12 }));
  return {
    title: 'Feature maps, layer by layer',
    text: `The ${maps} strongest maps of each layer, each stretched to black and white. They become coarser with depth, and answer to larger parts of the image.`,
    figures: [{ image: vis.contactSheet(sections) }],
  };
}

async function receptiveFields(setting: Setting): Promise<Part | undefined> {
  const { model, large, factor } = setting;
  const fields = new Map(model.summary().rows.map(({ path, receptiveField }) => [path, receptiveField]));
  const sizeOf = (path: string): number => fields.get(path)?.height.size ?? Number.POSITIVE_INFINITY;
  const shown = shownLayers(setting);
  const inside = shown.filter((path) => sizeOf(path) < setting.image.height);
  const layers = shown.slice(0, inside.length + 1).filter((path) => fields.get(path)); // and one that sees all of the image
  if (layers.length === 0) return undefined;
  const chosen = [...new Set([0, 1, 2, 3].map((i) => layers[Math.round((i * (layers.length - 1)) / 3)] as string))];
  using noise = noiseImages(setting, Math.min(Math.max(Math.round(4e10 / model.summary().macs), 2), 32));
  const figures: Figure[] = [];
  for (const layer of chosen) {
    const { top, left, bottom, right } = vis.receptiveField(model, { layer });
    const box = { top: top * factor, left: left * factor, bottom: bottom * factor, right: right * factor };
    const framed = vis.frame(large, box, [255, 210, 0], 2);
    const field = await vis.effectiveReceptiveField(model, noise, { layer });
    const tiles = [framed, field.image({ size: [large.height, large.width] })];
    figures.push({
      image: vis.montage([{ tiles }], { tileHeight: large.height }),
      caption: `${layer}: ${sizeOf(layer)} pixels`,
    });
  }
  return {
    title: 'Receptive fields',
    text: 'The part of the image that the unit in the middle of a layer depends on, and how much each pixel counts for it, measured on noise: much less towards the edge.',
    figures,
  };
}

function noiseImages({ model, x, takesBytes }: Setting, count: number): Tensor {
  const random = new Random(0);
  const shape = [count, ...model.inputShape];
  const length = elementCount(shape);
  return takesBytes
    ? tensor(
        Uint8Array.from({ length }, () => random.integer(256)),
        shape,
      )
    : tensor(
        Float32Array.from({ length }, () => random.normal()),
        shape,
        x.dtype,
      );
}

async function occlusion({ model, x, image, large, target, nameOf }: Setting): Promise<Part> {
  const size = [Math.ceil(image.height / 4), Math.ceil(image.width / 4)] as const;
  const stride = [Math.max(1, Math.round(image.height / 16)), Math.max(1, Math.round(image.width / 16))] as const;
  const [found] = await vis.occlusion(model, x, { size, stride, target });
  const { score } = found as vis.Occlusion;
  return {
    title: 'Occlusion',
    text: `A grey patch of ${size.join('×')} pixels is moved over the image; where the map is bright, hiding the place lowers the probability of “${nameOf(target)}” (${(100 * score).toFixed(1)} %) most.`,
    figures: beside(large, found?.pixels()),
  };
}

async function attributions({ model, x, large, factor, target, nameOf }: Setting): Promise<Part> {
  const figures: Figure[] = [];
  const add = (caption: string, image: Image8 | undefined): void => {
    if (image) figures.push({ image: image.width < large.width ? vis.enlarge(image, factor) : image, caption });
  };
  const layer = locatingLayer(model);
  const [heat] = await vis.gradCam(model, x, { target, layer });
  add(`Grad-CAM, ${layer}`, heat?.over(large));
  const [activation] = (await unlessUnfit(() => vis.cam(model, x, { target }))) ?? [];
  add('CAM', activation?.over(large));
  const [slopes] = await vis.saliency(model, x, { target });
  add('saliency', slopes?.image());
  const [guided] = await vis.guidedBackprop(model, x, { target });
  add('guided backpropagation', guided?.image());
  const [both] = await vis.guidedGradCam(model, x, { target, layer });
  add('guided Grad-CAM', both?.image());
  const [reconstruction] = await vis.deconvnet(model, x, { target });
  add('deconvnet', reconstruction?.image());
  return {
    title: `Where “${nameOf(target)}” comes from`,
    text: 'Grad-CAM weighs the maps of a late layer by the gradient of the score; the others follow the gradient down to the pixels, with different rules for rectifiers.',
    figures,
  };
}

/** The last layer whose maps still say where something is: at least 4×4, if there is one. */
function locatingLayer(model: Model): string {
  const rows = model.summary().rows.filter(({ outputShape }) => outputShape.length === 3);
  const fine = rows.findLast(({ outputShape: [height, width] }) => Math.min(height as number, width as number) >= 4);
  return ((fine ?? rows.at(-1)) as SummaryRow).path;
}

async function classModel({
  model,
  takesBytes,
  target,
  nameOf,
  factor,
  statistics,
}: Setting): Promise<Part | undefined> {
  if (takesBytes || (model.inputShape[0] as number) > 64) return undefined;
  const made = await vis.classModel(model, { target, steps: 128 });
  const { mean, deviation } = statistics;
  const channels = mean.length;
  const pixels = made.data.map(
    (value, at) => value * (deviation[at % channels] as number) + (mean[at % channels] as number),
  );
  return {
    title: `An image made for “${nameOf(target)}”`,
    text: 'Found by ascent on the score, from noise.',
    figures: [{ image: vis.enlarge(vis.toImage8(pixels, made.shape, [0, 1]), factor, { smooth: true }) }],
  };
}

/** The image, a map over it, and the map. */
function beside(large: Image8, map: vis.HeatMap | undefined): Figure[] {
  if (!map) return [];
  return [{ image: large }, { image: map.over(large) }, { image: map.image({ size: [large.height, large.width] }) }];
}

/** What the method gives; undefined where the network is not of the kind it is for. */
async function unlessUnfit<T>(method: () => Promise<T>): Promise<T | undefined> {
  try {
    return await method();
  } catch (error) {
    if (error instanceof ArgumentError || error instanceof ShapeError) return undefined;
    throw error;
  }
}
