// Class models, or activation maximisation: the image that a network takes for the purest example of a class, or that excites a
// unit inside most, found by ascent from noise.
//
//   I ← I + η ∂(S − λ ‖I‖²)/∂I        S: the score of a class before the softmax, or an activation; the mean image is added to I
//
// Erhan et al. 2009 (Visualizing higher-layer features of a deep network); Simonyan et al. 2013 (https://arxiv.org/abs/1312.6034);
// regularisers of Yosinski et al. 2015 (https://arxiv.org/abs/1506.06579); spectrum, decorrelated colours and random views of Olah
// et al. 2017 (https://distill.pub/2017/feature-visualization).
import type { RectifierRule } from '../autograd/backward_pass.js';
import { valueAndGradients } from '../autograd/gradients.js';
import type { Image8 } from '../formats/png.js';
import type { Model } from '../models/model.js';
import { abs } from '../ops/abs.js';
import { add } from '../ops/add.js';
import { max } from '../ops/max.js';
import { multiply } from '../ops/multiply.js';
import { negate } from '../ops/negate.js';
import { sigmoid } from '../ops/sigmoid.js';
import { square } from '../ops/square.js';
import { subtract } from '../ops/subtract.js';
import { sum } from '../ops/sum.js';
import { checkOptions } from '../tensor/arguments.js';
import { Parameter } from '../tensor/parameter.js';
import { Random } from '../tensor/random.js';
import { scope } from '../tensor/scope.js';
import { elementCount } from '../tensor/shape.js';
import { type Tensor, tensor } from '../tensor/tensor.js';
import { affineView, randomView } from './affine_view.js';
import type { Explained } from './attribution.js';
import { type ClassModelOptions, resolveClassModel } from './class_model_options.js';
import { readoutOf, valuesOf } from './explain.js';
import { fourierImage } from './fourier_image.js';
import { regularize } from './image_regularizer.js';
import { toImage8 } from './image8.js';
import { modelOfNumbers } from './model_of_numbers.js';
import { chooseTarget, scoresOf } from './target.js';
import { Visualization } from './visualization.js';

/** An image [height, width, channels] made to excite a class or a unit. */
export class ClassModel
  extends Visualization<readonly [height: number, width: number, channels: number]>
  implements Explained
{
  readonly target: number;
  readonly score: number;
  /** S − λ ‖I‖² before each step, of the view the step was taken by. */
  readonly objective: readonly number[];
  readonly #range: readonly [number, number] | undefined;

  constructor(
    data: Float32Array,
    shape: readonly [number, number, number],
    { target, score, objective, range }: Explained & Pick<ClassModel, 'objective'> & Pick<ClassModelOptions, 'range'>,
  ) {
    super(data, shape);
    this.target = target;
    this.score = score;
    this.objective = objective;
    this.#range = range;
  }

  /**
   * The image in 8 bits.
   *
   * @param options.range the numbers that become black and white; default those it was kept between, else the lowest and the highest
   * @throws ShapeError unless it has 1 or 3 channels
   */
  image(options: { readonly range?: readonly [low: number, high: number] } = {}): Image8 {
    checkOptions('ClassModel.image', options, ['range']);
    return toImage8(this.data, this.shape, options.range ?? this.#range);
  }
}

/** Steps by the deconvolutional rule where rectifiers that are off let no gradient through. */
const stepsPastBlockage = 8;

/**
 * Makes an image that a class, or a unit, of a network responds to.
 *
 * As it stands this is the recipe of Olah et al.; Simonyan's is `{ parametrization: 'pixels', noise: 0, penalty: 1e-4, optimizer:
 * optimizers.sgd(…) }`, Yosinski's adds `regularize: { decay: 0.01, blurEvery: 4, blurRadius: 1, smallNorm: 30 }`.
 *
 * Where no gradient reaches the image, because the rectifiers on the way are off, the next steps go through them nevertheless, by the
 * rule of the deconvolutional network.
 *
 * @param model where it begins with `normalizePixels`, the image is one of the normalised numbers
 * @throws (rejects with) ArgumentError for a model or options that do not fit
 * @example
 * const dream = await vis.classModel(model, { target: 3, mean: [0.49, 0.48, 0.45] });
 * await writeFile('class_3.png', dream.png());
 */
export async function classModel(given: Model, options: ClassModelOptions): Promise<ClassModel> {
  const { target, steps, optimizer, penalty, regularizer, range, means, ...plan } = resolveClassModel(given, options);
  const model = modelOfNumbers('classModel', given);
  const readout = readoutOf('classModel', model, target);
  const chosen = chooseTarget('classModel', target, readout.shape, 1, 'mean');
  const shape = model.inputShape as readonly number[] as readonly [number, number, number];
  const dtype = (model.parameters[0]?.dtype ?? 'float32') as 'float32' | 'float64';
  const random = new Random(plan.seed);
  const noise = Float64Array.from({ length: elementCount(shape) }, () => plan.noise * random.normal());
  using variable = new Parameter('image', [1, ...shape], { dtype });
  variable.assign(tensor(noise, variable.shape, dtype));
  const mean = tensor(means, [1, 1, 1, means.length], dtype);
  const fromSpectrum = plan.parametrization === 'fourier' ? fourierImage(shape, dtype) : undefined;
  const imageOf = (): Tensor => {
    const image = fromSpectrum?.(variable) ?? variable;
    return range ? multiply(subtract(sigmoid(image), 0.5), range[1] - range[0]) : image;
  };
  const scoreOf = (input: Tensor): Tensor => scoresOf(valuesOf(model, input, readout).values, chosen);

  /** One step. Reads the loss, the steepest slope of the score, and for a regularisation the gradient and the pixels. */
  const ascend = (rectifier: RectifierRule) => {
    const view = randomView(random, plan);
    const forward = () => {
      const image = imageOf();
      const input = add(affineView(image, view), mean);
      const score = sum(scoreOf(input));
      const loss = negate(penalty > 0 ? subtract(score, multiply(sum(square(image)), penalty)) : score);
      return { loss, input };
    };
    const { value, gradients } = valueAndGradients(forward, [variable, ({ input }) => input], { rectifier });
    const [gradient, ofInput] = gradients as [Tensor, Tensor];
    const told = [value.loss.item(), max(abs(ofInput)).item(), regularizer && gradient.data()] as const;
    optimizer.step([variable], [gradient]);
    return [...told, regularizer && variable.data()] as const;
  };

  const objective: number[] = [];
  let blocked = 0;
  for (let step = 1; step <= steps; step++) {
    const reads = scope(() => ascend(blocked > 0 ? 'deconvnet' : 'backprop'));
    const [loss, steepest, gradient, pixels] = await Promise.all(reads);
    objective.push(-loss);
    blocked = blocked > 0 ? blocked - 1 : steepest === 0 ? stepsPastBlockage : 0;
    if (!regularizer) continue;
    regularize(pixels as Float32Array, gradient as Float32Array, shape, step, regularizer);
    variable.assign(pixels as Float32Array);
  }

  const [data, score] = await Promise.all(
    scope(() => {
      const input = add(imageOf(), mean);
      return [input.data(), scoreOf(input).item()] as const;
    }),
  );
  const about = { target: chosen.channels?.[0] as number, score, objective, ...(range && { range }) };
  return new ClassModel(Float32Array.from(data), shape, about);
}
