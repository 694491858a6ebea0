export { type ColorJitterOptions, colorJitter } from './augment/color_jitter.js';
export { type CutMixOptions, cutMix } from './augment/cut_mix.js';
export { type CutoutOptions, cutout } from './augment/cutout.js';
export type { Augmentation, ImageArray } from './augment/images.js';
export { type MixUpOptions, mixUp } from './augment/mix_up.js';
export type { MixedSample, MixingAugmentation } from './augment/mixing.js';
export { type PcaLightingOptions, pcaLighting } from './augment/pca_lighting.js';
export { type RandomAffineOptions, randomAffine } from './augment/random_affine.js';
export { type RandomCropOptions, randomCrop } from './augment/random_crop.js';
export { type RandomFlipOptions, randomFlip } from './augment/random_flip.js';
export { type RandomResizedCropOptions, randomResizedCrop } from './augment/random_resized_crop.js';
export { type RandomShiftOptions, randomShift } from './augment/random_shift.js';
export { type BatchCounts, BatchedDataset, type Iterate } from './batched_dataset.js';
export { Dataset } from './dataset.js';
export { inMemory } from './in_memory.js';
export type { SampleInfo } from './map_samples.js';
export { type ArraysOptions, type ArraysSample, fromArrays } from './sources/arrays.js';
export { cifar10, fashionMnist, imdb, mnist, type SplitOptions } from './sources/cached.js';
export { type CifarOptions, cifar } from './sources/cifar.js';
export { type CifarSheetsOptions, cifarSheets } from './sources/cifar_sheets.js';
export { type CsvManifestOptions, csvManifest } from './sources/csv_manifest.js';
export { type IdxOptions, type IdxSample, idx } from './sources/idx.js';
export { ImageDataset, type ImageFile, type ImageFileOptions, type SkippedFile } from './sources/image_files.js';
export { type ImageFolderOptions, imageFolder } from './sources/image_folder.js';
export { fromIterable, type IterableOptions } from './sources/iterable.js';
export { SentenceDataset, type SentenceSample, type SentencesOptions, sentences } from './sources/sentences.js';
export { fromStacked, type StackedArray, type StackedArrays, type StackedSample } from './sources/stacked.js';
export { type StreetNumbersOptions, streetNumbers } from './sources/street_numbers.js';
export { type SvhnOptions, svhn } from './sources/svhn.js';
export { type SvhnFullOptions, svhnFull } from './sources/svhn_full.js';
export { StreamedBatches } from './streamed_batches.js';
export { tokenize } from './text/tokenize.js';
export { Vocabulary, type VocabularyOptions } from './text/vocabulary.js';
export type {
  AnySample,
  Batch,
  BatchesOptions,
  BatchSource,
  Gather,
  HostArray,
  HostArrays,
  Order,
  Sample,
  Stacked,
} from './types.js';
