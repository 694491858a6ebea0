/** Bad input of pictures, and of the methods that look at layers and images. */
import { ArgumentError, data, layers, ShapeError, sequential, vis, zeros } from '../../lib/index.js';
import { refuses, samples, smallNet } from './support.js';

/** Anything at all, where the compiler would object. */
const any = (value: unknown) => value as never;

const image = (count = 1) => zeros([count, 6, 6, 1]);
const picture = { width: 2, height: 1, channels: 1, data: Uint8Array.of(0, 9) } as const;
const wrong = { ...picture, width: 3 };
const map = () => new vis.HeatMap(Float32Array.of(0, 1), [1, 2]);
const batches = (size = 4) => samples().batch(size);

/** A network of other things than images. */
function rows() {
  return sequential({ inputShape: [5], layers: [layers.dense({ units: 2 })] });
}

/** Runs with a network that is gone afterwards. */
async function withNet(run: (net: ReturnType<typeof smallNet>) => unknown): Promise<unknown> {
  using net = smallNet();
  return await run(net);
}

async function withRows(run: (net: ReturnType<typeof rows>) => unknown): Promise<unknown> {
  using net = rows();
  return await run(net);
}

// biome-ignore format: a line per case
refuses('pictures', [
  ['a map of too few numbers', () => new vis.HeatMap(new Float32Array(3), [2, 2]), ShapeError, 'HeatMap: shape [2, 2] holds 4 numbers, but 3 were given'],
  ['unknown colours', () => map().image({ colors: any('jet') }), ArgumentError, "HeatMap.image: colors must be one of 'sequential', 'diverging', 'grey', but received 'jet'"],
  ['a range that falls', () => map().image({ range: [1, 0] }), ArgumentError, 'HeatMap.image: range must be [low, high], but received [1,0]'],
  ['a size of nothing', () => map().image({ size: [0, 4] }), ArgumentError, 'HeatMap.image: size[0] must be a positive integer, but received 0'],
  ['half a size', () => map().image({ size: any([4]) }), ArgumentError, 'HeatMap.image: size must be [height, width], but received [4]'],
  ['an unknown option of a map', () => map().image(any({ colours: 'grey' })), ArgumentError, "HeatMap.image: unknown option 'colours'"],
  ['an overlay over nothing', () => map().over(any(undefined)), ArgumentError, 'HeatMap.over: image.width must be a positive integer, but received undefined'],
  ['an overlay that is more than all', () => map().over(picture, { opacity: 2 }), ArgumentError, 'HeatMap.over: opacity must be a finite number from 0 to 1, but received 2'],
  ['a picture of four channels', () => map().over(any({ ...picture, channels: 4 })), ArgumentError, 'image.channels must be 1 or 3, but received 4'],
  ['pixels that do not fit', () => vis.enlarge(wrong, 2), ArgumentError, 'enlarge: image of 3×1 pixels with 1 channels needs 3 bytes, but has 2'],
  ['half an enlargement', () => vis.enlarge(picture, 0.5), ArgumentError, 'enlarge: factor must be a positive integer, but received 0.5'],
  ['an enlargement of text', () => vis.enlarge(any('cat.png'), 2), ArgumentError, 'enlarge: image.width must be'],
  ['an unknown option of an enlargement', () => vis.enlarge(picture, 2, any({ mode: 'bilinear' })), ArgumentError, "enlarge: unknown option 'mode'"],
  ['a cut outside', () => vis.crop(picture, { top: 0, left: 1, bottom: 1, right: 3 }), ArgumentError, 'crop: rows 0 to 1 and columns 1 to 3 are no part of 2×1 pixels'],
  ['an empty cut', () => vis.crop(picture, { top: 0, left: 1, bottom: 1, right: 1 }), ArgumentError, 'columns 1 to 1'],
  ['a cut between pixels', () => vis.crop(picture, { top: 0, left: 0.5, bottom: 1, right: 2 }), ArgumentError, 'columns 0.5 to 2'],
  ['a cut of pixels that do not fit', () => vis.crop(wrong, { top: 0, left: 0, bottom: 1, right: 1 }), ArgumentError, 'crop: image of 3×1'],
  ['a frame of no line', () => vis.frame(picture, { top: 0, left: 0, bottom: 1, right: 1 }, [0, 0, 0], 0), ArgumentError, 'frame: line must be a positive integer, but received 0'],
  ['numbers of two channels', () => vis.toImage8(new Float32Array(8), [2, 2, 2]), ShapeError, 'toImage8: expected [height, width, 1 or 3], but received [2, 2, 2]'],
  ['a row of numbers', () => vis.toImage8(new Float32Array(8), [8]), ShapeError, 'but received [8]'],
  ['too few numbers', () => vis.toImage8(new Float32Array(8), [3, 3]), ShapeError, 'toImage8: [3, 3] holds 9 numbers, but 8 were given'],
  ['a picture of nothing', () => vis.toImage8(new Float32Array(0), [0, 3]), ShapeError, 'but received [0, 3]'],
  ['a sheet of a wrong tile', () => vis.contactSheet([{ heading: '', tiles: [wrong] }]), ShapeError, 'a tile of 3×1 pixels with 1 channels needs 3 bytes, but has 2'],
  ['a sheet without columns', () => vis.contactSheet([{ heading: '', tiles: [], columns: 0 }]), ArgumentError, 'contactSheet: columns must be a positive integer, but received 0'],
  ['a sheet of half size', () => vis.contactSheet([{ heading: '', tiles: [picture], scale: 0.5 }]), ArgumentError, 'scale must be a positive integer'],
  ['a montage of a picture', () => vis.montage(any(picture)), ArgumentError, 'montage: expected an array of rows, but received'],
  ['a montage of a wrong tile', () => vis.montage([{ tiles: [picture] }, { tiles: [wrong] }]), ArgumentError, 'montage: rows[1].tiles[0] of 3×1 pixels'],
  ['a montage of no height', () => vis.montage([], { tileHeight: 0 }), ArgumentError, 'montage: tileHeight must be a positive integer, but received 0'],
  ['an unknown option of a montage', () => vis.montage([], any({ columns: 4 })), ArgumentError, "montage: unknown option 'columns'"],
  ['bars of negative numbers', () => vis.barChart([{ label: 'a', value: -1 }]), ArgumentError, 'barChart: bars[0].value must be a finite number of at least 0, but received -1'],
  ['bars of NaN', () => vis.barChart([{ label: 'a', value: Number.NaN }]), ArgumentError, 'but received NaN'],
  ['a chart of no width', () => vis.barChart([], { barWidth: 0 }), ArgumentError, 'barChart: barWidth must be a positive integer, but received 0'],
  ['an unknown option of a chart', () => vis.barChart([], any({ color: 'red' })), ArgumentError, "barChart: unknown option 'color'"],
  ['an unknown colour map', () => vis.colorsOf(any('jet')), ArgumentError, "colorsOf: name must be one of 'sequential'"],
]);

// biome-ignore format: a line per case
refuses('looking at layers', [
  ['filters of no model', () => vis.filters(any({})), ArgumentError, 'filters: expected a model, but received {}'],
  ['filters of rows', () => withRows((net) => vis.filters(any(net))), ShapeError, 'filters: the model must take images [height, width, channels], but takes [5]'],
  ['filters of a parameter that is none', () => withNet((net) => vis.filters(net, { parameter: '9.filter' })), ArgumentError, "model: has no parameter '9.filter'"],
  ['filters that are no filters', () => withNet((net) => vis.filters(net, { parameter: '5.weights' })), ShapeError, 'filters: 5.weights must have 4 axes'],
  ['filters in no known range', () => withNet(async (net) => (await vis.filters(net)).tiles({ range: any('all') })), ArgumentError, "filterTiles: range must be one of 'symmetric', 'own', 'common', but received 'all'"],
  ['tiles of a stack', () => vis.filterTiles(zeros([3, 3, 2, 4])), ShapeError, 'must have 1 or 3 input channels'],
  ['maps of no layer', () => withNet((net) => vis.featureMaps(net, image(), { layers: ['conv9'] })), ArgumentError, "featureMaps: the model has no layer 'conv9'; it has 0, 1, 2, 3, 4, 5"],
  ['maps of a row', () => withNet((net) => vis.featureMaps(net, image(), { layers: ['5'] })), ArgumentError, "featureMaps: layer '5' puts out [3], but maps [height, width, channels] are needed"],
  ['maps of two images', () => withNet((net) => vis.featureMaps(net, image(2))), ShapeError, 'featureMaps: image must have shape [1, 6, 6, 1], but has [2, 6, 6, 1]'],
  ['maps of an array', () => withNet((net) => vis.featureMaps(net, any([1, 2]))), ArgumentError, 'featureMaps: image must be a tensor'],
  ['layers by one name', () => withNet((net) => vis.featureMaps(net, image(), any({ layers: '0' }))), ArgumentError, "featureMaps: layers must be an array of paths, but received '0'"],
  ['a channel that is none', () => withNet(async (net) => (await vis.featureMaps(net, image(), { layers: ['0'] }))['0'].channel(4)), ArgumentError, "FeatureMaps.channel: layer '0' has 4 channels, but received 4"],
  ['an order that is none', () => withNet(async (net) => (await vis.featureMaps(net, image(), { layers: ['0'] }))['0'].tiles({ order: any('random') })), ArgumentError, "order must be 'channel' or 'strength', but received 'random'"],
  ['a field outside', () => withNet((net) => vis.receptiveField(net, { layer: '0', position: [0, 4] })), ArgumentError, "receptiveField: position must be [row, column] in the 4×4 maps of layer '0', but received [0,4]"],
  ['a field of half a place', () => withNet((net) => vis.receptiveField(net, { layer: '0', position: any(1) })), ArgumentError, 'but received 1'],
  ['a field of no layer', () => withNet((net) => vis.receptiveField(net, any({}))), ArgumentError, 'receptiveField: the model has no layer undefined'],
  ['a field of a row', () => withNet((net) => vis.receptiveField(net, { layer: '3' })), ArgumentError, "layer '3' puts out [16]"],
  ['a field of rows', () => withRows((net) => vis.receptiveField(any(net), { layer: '0' })), ShapeError, 'receptiveField: the model must take images'],
  ['an effective field of other images', () => withNet((net) => vis.effectiveReceptiveField(net, zeros([1, 5, 5, 1]), { layer: '0' })), ShapeError, 'effectiveReceptiveField: images must have shape [batch, 6, 6, 1], but has [1, 5, 5, 1]'],
  ['an effective field outside', () => withNet((net) => vis.effectiveReceptiveField(net, image(), { layer: '0', position: [-1, 0] })), ArgumentError, 'effectiveReceptiveField: position must be [row, column]'],
  ['an effective field of no layer', () => withNet((net) => vis.effectiveReceptiveField(net, image(), { layer: 'x' })), ArgumentError, "the model has no layer 'x'"],
  ['an unknown option of a field', () => withNet((net) => vis.effectiveReceptiveField(net, image(), any({ layer: '0', channel: 1 }))), ArgumentError, "effectiveReceptiveField: unknown option 'channel'"],
]);

// biome-ignore format: a line per case
refuses('occlusion, patches, neighbours and probes', [
  ['no patch', () => withNet((net) => vis.occlusion(net, image(), any({}))), ArgumentError, 'occlusion: size must be a positive integer, but received undefined'],
  ['a patch larger than the image', () => withNet((net) => vis.occlusion(net, image(), { size: [3, 7] })), ShapeError, 'occlusion: a patch of 3×7 does not fit into images of 6×6'],
  ['a patch that stands still', () => withNet((net) => vis.occlusion(net, image(), { size: 2, stride: 0 })), ArgumentError, 'occlusion: stride must be a positive integer, but received 0'],
  ['two greys for one channel', () => withNet((net) => vis.occlusion(net, image(), { size: 2, fill: [0, 1] })), ArgumentError, 'occlusion: fill must be a number or 1 of them, but received [0,1]'],
  ['a grey of NaN', () => withNet((net) => vis.occlusion(net, image(), { size: 2, fill: Number.NaN })), ArgumentError, 'occlusion: fill must be a finite number, but received NaN'],
  ['a measure that is none', () => withNet((net) => vis.occlusion(net, image(), { size: 2, measure: any('loss') })), ArgumentError, "measure must be one of 'probability', 'score', but received 'loss'"],
  ['the probability of a unit', () => withNet((net) => vis.occlusion(net, image(), { size: 2, measure: 'probability', target: { layer: '0', channel: 1 } })), ArgumentError, "occlusion: measure must be 'score' here"],
  ['a class that is none', () => withNet((net) => vis.occlusion(net, image(), { size: 2, target: 3 })), ArgumentError, 'occlusion: target'],
  ['images of another size', () => withNet((net) => vis.occlusion(net, zeros([1, 8, 8, 1]), { size: 2 })), ShapeError, 'occlusion: images must have shape [batch, 6, 6, 1]'],
  ['patches of no data', () => withNet((net) => vis.topPatches(net, any([1]), { layer: '0' })), ArgumentError, 'topPatches: dataset must give batches'],
  ['patches of a channel that is none', () => withNet((net) => vis.topPatches(net, batches(), { layer: '0', channels: [4] })), ArgumentError, 'topPatches: channels must be an array of numbers from 0 to 3, but received [4]'],
  ['no patches', () => withNet((net) => vis.topPatches(net, batches(), { layer: '0', count: 0 })), ArgumentError, 'topPatches: count must be a positive integer, but received 0'],
  ['patches of a row', () => withNet((net) => vis.topPatches(net, batches(), { layer: '5' })), ArgumentError, "topPatches: layer '5' puts out [3]"],
  ['neighbours of no data', () => withNet((net) => vis.nearestNeighbours(net, any(samples()), image(), { layer: '5' })), ArgumentError, 'nearestNeighbours: dataset must give batches, but received a dataset without batches'],
  ['neighbours at no known distance', () => withNet((net) => vis.nearestNeighbours(net, batches(), image(), { layer: '5', distance: any('l1') })), ArgumentError, "distance must be one of 'euclidean', 'cosine', but received 'l1'"],
  ['neighbours of other images', () => withNet((net) => vis.nearestNeighbours(net, batches(), zeros([6, 6, 1]), { layer: '5' })), ShapeError, 'nearestNeighbours: queries must have shape [batch, 6, 6, 1], but has [6, 6, 1]'],
  ['no neighbours', () => withNet((net) => vis.nearestNeighbours(net, batches(), image(), { layer: '5', count: 0.5 })), ArgumentError, 'nearestNeighbours: count must be a positive integer, but received 0.5'],
  ['probes of no layers', () => withNet((net) => vis.linearProbes(net, batches(), batches(), { layers: [] })), ArgumentError, 'linearProbes: layers must be an array of paths, but received []'],
  ['a probe of a layer that is none', () => withNet((net) => vis.linearProbes(net, batches(), batches(), { layers: ['6'] })), ArgumentError, "linearProbes: the model has no layer '6'"],
  ['a probe without test data', () => withNet((net) => vis.linearProbes(net, batches(), any(undefined), { layers: ['0'] })), ArgumentError, 'linearProbes: test must give batches, but received undefined'],
  ['a probe that is not trained', () => withNet((net) => vis.linearProbes(net, batches(), batches(), { layers: ['0'], epochs: 0 })), ArgumentError, 'linearProbes: epochs must be a positive integer, but received 0'],
  ['a probe that learns backwards', () => withNet((net) => vis.linearProbes(net, batches(), batches(), { layers: ['0'], learningRate: -1 })), ArgumentError, 'learningRate must be a finite number of at least 0, but received -1'],
  ['a probe of targets that are no classes', () => withNet((net) => vis.linearProbes(net, any(regression()), batches(), { layers: ['0'] })), ArgumentError, 'linearProbes: the data must have class numbers'],
]);

/** Samples with two numbers each as their target. */
function regression() {
  const images = new Float32Array(4 * 36);
  return data.fromArrays({ images, imageShape: [6, 6, 1], labels: new Float32Array(8), labelShape: [2] }).batch(2);
}
