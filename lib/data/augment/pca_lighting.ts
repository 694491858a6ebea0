// Lighting along the principal components of colour (Krizhevsky, Sutskever, Hinton 2012, section 4.1):
//
//   x → x + Σ_k α_k λ_k p_k,   α_k normal with standard deviation σ, once per image;   λ_k, p_k: standard deviations along, and
//                              directions of, the principal components of RGB values in [0, 1]
import { checkInteger, checkNumber, checkOptions, show } from '../../tensor/arguments.js';
import { ArgumentError, ShapeError } from '../../tensor/errors.js';
import { type Augmentation, imageExtents, normal, sampleDraws } from './images.js';
import { type ColorMix, mixColors } from './mix_colors.js';

/** Options of {@link pcaLighting}. */
export interface PcaLightingOptions {
  /** σ. Default 0.1. */
  readonly standardDeviation?: number;
  /** λ₁ … λ₃. Default: ImageNet's, 0.2175, 0.0188, 0.0045. */
  readonly eigenvalues?: readonly number[];
  /** The components, one [R, G, B] each. Default: ImageNet's. */
  readonly eigenvectors?: readonly (readonly number[])[];
  readonly seed: number;
}

const subject = 'pcaLighting';
// Of the covariance of colours in the training set of ILSVRC 2012; in use since 2015 (facebookarchive/fb.resnet.torch,
// datasets/imagenet.lua).
export const imageNetValues = [0.2175, 0.0188, 0.0045];
export const imageNetVectors = [
  [-0.5675, -0.5808, -0.5836],
  [0.7192, -0.0045, -0.6948],
  [0.4009, -0.814, 0.4203],
];
const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];

/**
 * Shifts the colours of every image of a batch along their principal components. Runs natively.
 *
 * uint8 pixels are rounded and cut to 0 … 255; float32 pixels are taken to be in [0, 1] and are not cut.
 *
 * @throws ArgumentError for invalid options; on a batch, DTypeError unless x is uint8 or float32 and ShapeError unless it is [batch,
 * height, width, 3].
 * @example
 * const train = photos.batch(32).map(data.pcaLighting({ seed: 1 })).prefetch(2);
 */
export function pcaLighting(options: PcaLightingOptions): Augmentation {
  checkOptions(subject, options, ['standardDeviation', 'eigenvalues', 'eigenvectors', 'seed']);
  const { standardDeviation = 0.1, eigenvalues = imageNetValues, eigenvectors = imageNetVectors, seed } = options;
  checkNumber(subject, 'standardDeviation', standardDeviation, 0);
  checkTriple('eigenvalues', eigenvalues);
  if (!Array.isArray(eigenvectors) || eigenvectors.length !== 3)
    throw new ArgumentError(`${subject}: eigenvectors must be three, but received ${show(eigenvectors)}`);
  eigenvectors.forEach((vector, k) => {
    checkTriple(`eigenvectors[${k}]`, vector);
  });
  checkInteger(subject, 'seed', seed, 0);
  const draws = sampleDraws(subject, seed);
  return async (batch) => {
    const extents = imageExtents(subject, batch.x);
    if (extents.channels !== 3)
      throw new ShapeError(`${subject}: images must have 3 channels, but have ${extents.channels}`);
    const white = batch.x.dtype === 'uint8' ? 255 : 1;
    const mixes = Array.from(batch.indices, (index): ColorMix => {
      const draw = draws(index, batch.epoch);
      const shift: [number, number, number] = [0, 0, 0];
      for (let k = 0; k < 3; k++) {
        const amount = white * standardDeviation * normal(draw) * (eigenvalues[k] as number);
        for (let c = 0; c < 3; c++) shift[c] = (shift[c] as number) + amount * (eigenvectors[k]?.[c] as number);
      }
      return { matrix: identity, grey: 0, shift };
    });
    return { ...batch, x: await mixColors(batch.x, extents, mixes) };
  };
}

function checkTriple(name: string, triple: unknown): void {
  if (!Array.isArray(triple) || triple.length !== 3)
    throw new ArgumentError(`${subject}: ${name} must be three numbers, but received ${show(triple)}`);
  for (const [i, value] of triple.entries()) checkNumber(subject, `${name}[${i}]`, value);
}
