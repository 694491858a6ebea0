// Pictures of what networks learn.
export { AttributionImage, AttributionMap, type Explained } from './attribution.js';
export { type Bar, type BarChartOptions, barChart } from './bar_chart.js';
export { type CamOptions, cam } from './cam.js';
export { ClassModel, classModel } from './class_model.js';
export type { ClassModelOptions } from './class_model_options.js';
export { type ColorMapName, colorsOf } from './color_map.js';
export { contactSheet, type Section, type Tile } from './contact_sheet.js';
export { deconvnet } from './deconvnet.js';
export { Embedding, type EmbeddingImageOptions, type EmbeddingOptions, embedding } from './embedding.js';
export type { TargetOptions } from './explain.js';
export {
  type FeatureMapSection,
  type FeatureMaps,
  type FeatureMapsOptions,
  type FeatureMapTiles,
  featureMaps,
} from './feature_maps.js';
export { type Filters, type FiltersOptions, type FilterTilesOptions, filters, filterTiles } from './filters.js';
export { type GradCamOptions, type GuidedGradCamOptions, gradCam, guidedGradCam } from './grad_cam.js';
export { guidedBackprop } from './guided_backprop.js';
export { type ColorOptions, HeatMap, type HeatMapOptions, type OverlayOptions } from './heat_map.js';
export type { RegularizeOptions } from './image_regularizer.js';
export { type Box, crop, enlarge, frame, toImage8 } from './image8.js';
export { type LinearProbes, type LinearProbesOptions, linearProbes, type Probe } from './linear_probes.js';
export { type MontageOptions, type MontageRow, montage } from './montage.js';
export {
  type NearestNeighbours,
  type NearestNeighboursOptions,
  type Neighbour,
  nearestNeighbours,
} from './nearest_neighbours.js';
export { type Occlusion, type OcclusionOptions, occlusion } from './occlusion.js';
export { effectiveReceptiveField, type Place, receptiveField } from './receptive_field.js';
export { saliency } from './saliency.js';
export type { Target, Unit } from './target.js';
export { type Patch, type TopPatches, type TopPatchesOptions, topPatches } from './top_patches.js';
export { Visualization } from './visualization.js';
