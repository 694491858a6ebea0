// t-SNE (van der Maaten & Hinton 2008, "Visualizing data using t-SNE", JMLR 9): points of a plane whose neighbours are those that
// rows of many numbers have.
//
//   p(j|i) = exp(−|xᵢ − xⱼ|² / 2σᵢ²) / Σₖ …      σᵢ so that the perplexity 2^(entropy of p(·|i)) is as asked;  pᵢⱼ = (p(j|i) + p(i|j)) / 2n
//   qᵢⱼ = wᵢⱼ / Σ w,  wᵢⱼ = 1 / (1 + |yᵢ − yⱼ|²)
//   KL(P‖Q) = Σ pᵢⱼ ln(pᵢⱼ / qᵢⱼ),               ∂KL/∂yᵢ = 4 Σⱼ (pᵢⱼ − qᵢⱼ) wᵢⱼ (yᵢ − yⱼ)
//
// Descent with momentum and a gain per number, P four times as large at first, as published.
import { setImmediate } from 'node:timers/promises';
import { Random } from '../tensor/random.js';
import { squaredDistance } from './pooled.js';

const EXAGGERATION = 4;
const PAIRS_AT_A_TIME = 2 ** 18; // between visits to the event loop

/** Visits the event loop whenever so many pairs have been worked on. */
function visitor(): (pairs: number) => Promise<void> | undefined {
  let since = 0;
  return (pairs) => {
    since += pairs;
    if (since < PAIRS_AT_A_TIME) return undefined;
    since = 0;
    return setImmediate();
  };
}

/** The probabilities pᵢⱼ, [n, n]. */
export async function affinities(rows: readonly Float32Array[], perplexity: number): Promise<Float32Array> {
  const n = rows.length;
  const p = new Float32Array(n * n);
  const visit = visitor();
  for (const [i, row] of rows.entries()) {
    const squares = Float64Array.from(rows, (other) => squaredDistance(row, other));
    squares[i] = Number.POSITIVE_INFINITY;
    const own = withPerplexity(squares, Math.log(perplexity));
    for (let j = 0; j < n; j++) {
      p[i * n + j] = (p[i * n + j] as number) + (own[j] as number) / (2 * n);
      p[j * n + i] = (p[j * n + i] as number) + (own[j] as number) / (2 * n);
    }
    await visit(8 * n);
  }
  return p;
}

/** p(·|i) of one row: its precision β = 1 / 2σ² is found by bisection. */
function withPerplexity(squares: Float64Array, entropy: number): Float64Array {
  const nearest = squares.reduce((least, square) => Math.min(least, square), Number.POSITIVE_INFINITY);
  const p = new Float64Array(squares.length);
  let [low, high, beta] = [0, Number.POSITIVE_INFINITY, 1];
  for (let attempt = 0; attempt < 64; attempt++) {
    let [sum, weighted] = [0, 0];
    for (const [j, square] of squares.entries()) {
      const weight = Math.exp(-beta * (square - nearest));
      p[j] = weight;
      sum += weight;
      if (weight > 0) weighted += weight * (square - nearest);
    }
    for (let j = 0; j < p.length; j++) p[j] = (p[j] as number) / sum;
    const found = Math.log(sum) + (beta * weighted) / sum;
    if (Math.abs(found - entropy) < 1e-5) break;
    if (found > entropy) [low, beta] = [beta, high === Number.POSITIVE_INFINITY ? 2 * beta : (beta + high) / 2];
    else [high, beta] = [beta, (low + beta) / 2];
  }
  return p;
}

/** KL(P‖Q) of points [n, 2], and its gradient where P is `exaggeration` times as large. */
export async function divergenceOf(p: Float32Array, points: Float64Array, exaggeration = 1) {
  const n = points.length / 2;
  const visit = visitor();
  let total = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) total += 2 * closeness(points, i, j);
    await visit(i);
  }
  const gradient = new Float64Array(2 * n);
  let divergence = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const w = closeness(points, i, j);
      const own = p[i * n + j] as number;
      if (own > 0) divergence += 2 * own * Math.log((own * total) / w);
      const pull = 4 * (exaggeration * own - w / total) * w;
      for (let axis = 0; axis < 2; axis++) {
        const slope = pull * ((points[2 * i + axis] as number) - (points[2 * j + axis] as number));
        gradient[2 * i + axis] = (gradient[2 * i + axis] as number) + slope;
        gradient[2 * j + axis] = (gradient[2 * j + axis] as number) - slope;
      }
    }
    await visit(i);
  }
  return { divergence, gradient };
}

function closeness(points: Float64Array, i: number, j: number): number {
  const x = (points[2 * i] as number) - (points[2 * j] as number);
  const y = (points[2 * i + 1] as number) - (points[2 * j + 1] as number);
  return 1 / (1 + x * x + y * y);
}

/** How points are laid out. */
export interface TsneOptions {
  readonly perplexity: number;
  readonly steps: number;
  readonly seed: number;
}

/** Points [n, 2] for rows, about the origin, and the divergence before each step. */
export async function tsne(rows: readonly Float32Array[], { perplexity, steps, seed }: TsneOptions) {
  const p = await affinities(rows, perplexity);
  const random = new Random(seed).fork('tsne');
  const points = Float64Array.from({ length: 2 * rows.length }, () => 1e-2 * random.normal());
  const velocity = new Float64Array(points.length);
  const gains = new Float64Array(points.length).fill(1);
  const rate = Math.max(50, rows.length / EXAGGERATION);
  const divergences: number[] = [];
  for (let step = 0; step < steps; step++) {
    const early = step < steps / 4;
    const { divergence, gradient } = await divergenceOf(p, points, early ? EXAGGERATION : 1);
    divergences.push(divergence);
    for (const [at, slope] of gradient.entries()) {
      const onward = slope * (velocity[at] as number) < 0; // the step before went downhill, too
      gains[at] = Math.max(onward ? (gains[at] as number) + 0.2 : 0.8 * (gains[at] as number), 0.01);
      velocity[at] = (early ? 0.5 : 0.8) * (velocity[at] as number) - rate * (gains[at] as number) * slope;
      points[at] = (points[at] as number) + (velocity[at] as number);
    }
    centre(points);
  }
  return { points, divergences };
}

function centre(points: Float64Array): void {
  for (let axis = 0; axis < 2; axis++) {
    let mean = 0;
    for (let at = axis; at < points.length; at += 2) mean += (2 * (points[at] as number)) / points.length;
    for (let at = axis; at < points.length; at += 2) points[at] = (points[at] as number) - mean;
  }
}
