// The shortcut without parameters of residual networks: every other pixel, and zeros for the channels there are too few of.
// He et al. 2015 (arXiv 1512.03385), option A. The paper does not say where the zeros stand; half of them on either side here.
import { Layer } from '../layers/layer.js';
import { pad } from '../ops/pad.js';
import { ShapeError } from '../tensor/errors.js';
import { formatShape, type Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** Zeros in further channels, half of them before and half behind those there are: [height, width, fewer] becomes [height, width, channels]. */
export class PadChannels extends Layer {
  readonly channels: number;

  constructor(channels: number) {
    super('padChannels', {});
    this.channels = channels;
  }

  override outputShape(input: Shape): Shape {
    const [height = 0, width = 0, channels = 0] = input;
    if (input.length !== 3 || channels > this.channels)
      throw new ShapeError(
        `padChannels: expects an image of at most ${this.channels} channels, got ${formatShape(input)}`,
      );
    return [height, width, this.channels];
  }

  override forward(x: Tensor): Tensor {
    const missing = this.channels - (x.shape[3] as number);
    const before = Math.floor(missing / 2);
    return pad(x, [
      [0, 0],
      [0, 0],
      [0, 0],
      [before, missing - before],
    ]);
  }
}
