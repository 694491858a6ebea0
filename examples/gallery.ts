// Makes the pictures of docs/gallery.md: what VGG-19, trained by vgg19_cifar10.ts, has learned, layer by layer.
//
//   npx convgrad data cifar10
//   npx tsx examples/vgg19_cifar10.ts --out outputs/vgg19
//   npx tsx examples/gallery.ts --weights outputs/vgg19/vgg19.safetensors --width 0.25 --out docs/gallery
import { mkdir, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { data, formats, io, layers, losses, metrics, optimizers, sequential, tensor, vis, zoo } from 'convgrad';

const { values } = parseArgs({
  options: {
    weights: { type: 'string', default: 'outputs/vgg19/vgg19.safetensors' },
    width: { type: 'string', default: '0.25' },
    out: { type: 'string', default: 'docs/gallery' },
  },
});
const width = Number(values.width);
const classes = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];
const mean = [0.4914, 0.4822, 0.4465];
const standardDeviation = [0.247, 0.2435, 0.2616];

const vgg = { depth: 19, batchNorm: true, inputShape: [32, 32, 3], pooledSize: 1, classes: 10, width } as const;
const network = zoo.vgg({ ...vgg, hidden: Math.round(512 * width) });
await io.loadTorchWeights(network, values.weights);
const pixels = layers.normalizePixels({ mean, standardDeviation, name: 'pixels' });
const model = sequential({ inputShape: [32, 32, 3], layers: [pixels, network.layer] });

/** The paths of the layers after each rectifier, under the paper's names: conv 1_1 … conv 5_4. */
const names = new Map<string, string>();
let [block, unit] = [1, 0];
for (const { path, kind } of model.summary().rows.filter((row) => row.path.includes('features'))) {
  if (kind === 'conv2d') unit += 1;
  if (kind === 'activation') names.set(`conv ${block}_${unit}`, path);
  if (kind === 'maxPool2d') [block, unit] = [block + 1, 0];
}
const pathOf = (name: string): string => names.get(name) as string;

const train = await data.cifar10();
const test = await data.cifar10({ split: 'test' });
await mkdir(values.out, { recursive: true });
async function save(name: string, image: formats.Image8): Promise<void> {
  const png = formats.encodePng(image);
  await writeFile(`${values.out}/${name}.png`, png);
  console.log(`${name}.png  ${image.width}×${image.height}  ${(png.length / 1024).toFixed(0)} KiB`);
}

// ---- the test photographs with these numbers, as a batch of bytes and as pictures
const shown = [13, 82, 75, 1, 103];
const photographs: vis.Tile[] = [];
for await (const { x, y } of test.take(128).batch(128).batches())
  for (const n of shown)
    photographs.push({
      ...vis.toImage8(x.data.slice(n * 3072, (n + 1) * 3072), [32, 32, 3]),
      caption: classes[y.data[n] as number] as string,
    });
const batch = tensor(Uint8Array.from(photographs.flatMap((image) => [...image.data])), [shown.length, 32, 32, 3]);
const large = photographs.map((image) => vis.enlarge(image, 3));
const horse = tensor(Uint8Array.from(photographs[0]?.data ?? []), [1, 32, 32, 3]);

// ---- filters and feature maps
const filters = await vis.filters(model);
await save('filters', vis.contactSheet([{ heading: '', tiles: filters.tiles(), scale: 16, columns: 8 }]));

const levels = ['conv 1_1', 'conv 1_2', 'conv 2_2', 'conv 3_2', 'conv 3_4', 'conv 4_4'];
const maps = await vis.featureMaps(model, horse, { layers: levels.map(pathOf) });
const sections = levels.map((name) => {
  const layer = maps[pathOf(name)] as vis.FeatureMaps;
  const heading = `${name}: ${layer.shape.join('×')}`;
  return layer.section({ heading, count: 10, order: 'strength', columns: 10, tileHeight: 64 });
});
const input = { heading: 'input', tiles: [{ ...(photographs[0] as vis.Tile), caption: '' }], scale: 2 };
await save('feature_maps', vis.contactSheet([input, ...sections]));

// ---- the patches that excite channels most: in the first blocks whole ones, later of channels that look for different classes
const labels: number[] = [];
const bytes = new Uint8Array(5000 * 3072);
for await (const { x, y, index } of test.take(5000).batch(1000).batches()) {
  labels.push(...y.data);
  bytes.set(x.data, index * 1000 * 3072);
}
const patchRows: vis.MontageRow[] = [];
const projectionRows: vis.MontageRow[] = [];
for (const name of ['conv 1_2', 'conv 2_2', 'conv 3_2', 'conv 4_2']) {
  const layer = pathOf(name);
  const found = await vis.topPatches(model, test.take(5000).batch(250), { layer, count: 40 });
  const { top, bottom } = vis.receptiveField(model, { layer, whole: true });
  const isWhole = ({ box }: vis.Patch) =>
    bottom - top > 16 || (box.bottom - box.top) * (box.right - box.left) === (bottom - top) ** 2;
  const strongest = found.patches
    .map((patches, channel) => ({ patches: patches.filter(isWhole).slice(0, 10), channel }))
    .filter(({ patches }) => patches.length === 10)
    .sort((a, b) => (b.patches[9] as vis.Patch).activation - (a.patches[9] as vis.Patch).activation);
  const seen = new Set<number>();
  for (const { patches, channel } of strongest) {
    const kind = bottom - top > 16 ? mostFrequent(patches.map(({ index }) => labels[index] as number)) : channel;
    if (seen.has(kind) || seen.size === 4) continue;
    seen.add(kind);
    const label = `${name}\nmap ${channel}`;
    patchRows.push({ label, tiles: patches.map(({ picture }) => picture) });
    // ---- for two maps of each layer the same activations, projected back by the deconvolutional network
    if (name === 'conv 1_2' || seen.size > 2) continue;
    const projections: vis.Tile[] = [];
    for (const { index, position, box } of patches) {
      const image = tensor(bytes.slice(index * 3072, (index + 1) * 3072), [1, 32, 32, 3]);
      const [back] = await vis.deconvnet(model, image, { target: { layer, channel, position } });
      projections.push(vis.crop((back as vis.AttributionImage).image(), box));
    }
    projectionRows.push({ label, tiles: patches.map(({ picture }) => picture) }, { tiles: projections });
  }
}
await save('top_patches', vis.montage(patchRows, { tileHeight: 64 }));
await save('deconvnet', vis.montage(projectionRows, { tileHeight: 64 }));

function mostFrequent(numbers: readonly number[]): number {
  const count = (n: number) => numbers.filter((other) => other === n).length;
  return [...numbers].sort((a, b) => count(b) - count(a) || a - b)[0] as number;
}

// ---- receptive fields: the box, and what counts of it
const fieldTiles: vis.Tile[] = [];
const effectiveTiles: vis.Tile[] = [];
const [first] = photographs as [vis.Tile];
const someBatch = await (async () => {
  for await (const { x } of test.take(64).batch(64).batches()) return tensor(x.data, x.shape);
  throw new Error('the test data are empty');
})();
for (const name of ['conv 1_2', 'conv 2_1', 'conv 2_2', 'conv 3_1', 'conv 3_2', 'conv 3_4']) {
  const place = { layer: pathOf(name) };
  const { top, left, bottom, right } = vis.receptiveField(model, place);
  const box = { top: top * 3, left: left * 3, bottom: bottom * 3, right: right * 3 };
  const whole = vis.receptiveField(model, { ...place, whole: true });
  const caption = `${name}: ${whole.bottom - whole.top}`;
  fieldTiles.push({ ...vis.frame(vis.enlarge(first, 3), box, [255, 210, 0], 2), caption });
  const field = await vis.effectiveReceptiveField(model, someBatch, place);
  effectiveTiles.push(field.image({ size: [96, 96] }));
}
await save('receptive_fields', vis.montage([{ tiles: fieldTiles }, { tiles: effectiveTiles }], { tileHeight: 96 }));

// ---- a network for class activation maps: the layers up to conv 3_4 as they are, their maps averaged, one dense layer trained
const [features] = (network.layer as layers.Sequential).children.map(({ layer }) => layer as layers.Sequential);
const upTo = Number(pathOf('conv 3_4').split('.').at(-1)) + 1;
const trunk = layers.sequential((features as layers.Sequential).children.slice(0, upTo).map(({ layer }) => layer));
const averaged = sequential({
  inputShape: [32, 32, 3],
  layers: [pixels, trunk, layers.globalAveragePool2d(), layers.dense({ units: 10, name: 'classes' })] as layers.Layer[],
});
for (const parameter of averaged.parameters) parameter.trainable = parameter.name.startsWith('classes');
await averaged.fit(train.take(20_000).shuffle({ seed: 0 }).batch(128), {
  ...{ epochs: 3, optimizer: optimizers.adam({ learningRate: 0.01 }), loss: losses.softmaxCrossEntropy },
});
const fit = await averaged.evaluate(test.batch(500), {
  ...{ loss: losses.softmaxCrossEntropy, metrics: [metrics.accuracy()] },
});
console.log(`for CAM: ${(100 * fit.accuracy).toFixed(1)} % of the test photographs`);
const activated = await vis.cam(averaged, batch);

// ---- which pixels a class comes from
const occluded = await vis.occlusion(model, batch, { size: 8, stride: 2, measure: 'score' });
const located = await vis.gradCam(model, batch, { layer: pathOf('conv 4_4') });
const slopes = await vis.saliency(model, batch);
const guided = await vis.guidedBackprop(model, batch);
const both = await vis.guidedGradCam(model, batch, { layer: pathOf('conv 4_4') });
const rows = photographs.map((photograph, n): vis.MontageRow => {
  const picture = large[n] as formats.Image8;
  const caption = (text: string) => (n === photographs.length - 1 ? { caption: text } : {});
  const answer = classes[located[n]?.target as number] as string;
  return {
    label: answer === photograph.caption ? answer : `${answer}\n(${photograph.caption})`,
    tiles: [
      { ...picture, ...caption('photograph') },
      { ...(occluded[n] as vis.Occlusion).pixels().over(picture), ...caption('occlusion') },
      { ...(located[n] as vis.AttributionMap).over(picture), ...caption('Grad-CAM') },
      { ...(activated[n] as vis.AttributionMap).over(picture), ...caption('CAM') },
      { ...(slopes[n] as vis.AttributionMap).image(), ...caption('saliency') },
      { ...(guided[n] as vis.AttributionImage).image(), ...caption('guided backprop') },
      { ...(both[n] as vis.AttributionImage).image(), ...caption('guided Grad-CAM') },
    ],
  };
});
await save('attributions', vis.montage(rows, { tileHeight: 96 }));

// ---- an image made for each class
const dreams: vis.Tile[] = [];
for (const [target, caption] of classes.entries()) {
  const made = await vis.classModel(network, { target, steps: 192, range: [-2, 2] });
  const colors = made.data.map((value, at) => value * (standardDeviation[at % 3] as number) + (mean[at % 3] as number));
  dreams.push({ ...vis.enlarge(vis.toImage8(colors, made.shape, [0, 1]), 3, { smooth: true }), caption });
}
await save(
  'class_models',
  vis.montage([{ tiles: dreams.slice(0, 5) }, { tiles: dreams.slice(5) }], { tileHeight: 96 }),
);

// ---- what each layer has made plain
const probes = await vis.linearProbes(model, train.take(5000).batch(250), test.take(2000).batch(250), {
  layers: [
    'pixels',
    ...['conv 1_2', 'conv 2_2', 'conv 3_2', 'conv 3_4', 'conv 4_2', 'conv 4_4', 'conv 5_4'].map(pathOf),
  ],
});
const depths = new Map([...names].map(([name, path]) => [path, name]));
const bars = probes.probes.map(({ layer, accuracy }) => ({ label: depths.get(layer) ?? layer, value: accuracy }));
console.log(bars.map(({ label, value }) => `${label} ${(100 * value).toFixed(1)} %`).join(', '));
await save('linear_probes', vis.barChart(bars, { highest: 1, format: (value) => `${(100 * value).toFixed(1)} %` }));

// ---- which images are alike to the last hidden layer
const hidden = model.summary().rows.findLast(({ kind }) => kind === 'activation')?.path as string;
const near = await vis.nearestNeighbours(model, train.take(20_000).batch(500), batch, { layer: hidden, count: 8 });
await save('neighbours', near.image());

const map = await vis.embedding(model, test.take(1500).batch(250), { layer: hidden });
await save('embedding', map.image({ size: 900, mark: 'picture', classes }));
