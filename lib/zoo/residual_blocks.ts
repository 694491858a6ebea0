// The blocks of residual networks and their plain counterparts, named as in torchvision. He et al. 2015 (arXiv 1512.03385).
//
//   basic       x → 3×3 → 3×3 → + shortcut(x) → ReLU
//   bottleneck  x → 1×1 → 3×3 → 1×1 (four times as wide) → + shortcut(x) → ReLU
import { heNormal } from '../initializers/he.js';
import * as layers from '../layers/index.js';
import { PadChannels } from './pad_channels.js';

/**
 * What goes around a block: `'A'` is the identity with zeros for further channels, `'B'` projects where the shape changes,
 * `'C'` projects everywhere; `'none'` makes a plain network.
 */
export type Shortcut = 'A' | 'B' | 'C' | 'none';

export const shortcuts: readonly Shortcut[] = ['A', 'B', 'C', 'none'];

/** How a network builds its blocks. */
export interface BlockStyle {
  readonly shortcut: Shortcut;
  readonly bottleneck: boolean;
  /** Whether a bottleneck strides in its first convolution, as published, or in the 3×3. */
  readonly strideFirst: boolean;
}

/** A convolution without bias and its batch norm, as `conv1` and `bn1`. */
export function normed(filters: number, kernelSize: number, strides = 1, index = 1): layers.Layer[] {
  const padding = (kernelSize - 1) / 2;
  const filterInitializer = heNormal('fanOut');
  return [
    layers.conv2d({ filters, kernelSize, strides, padding, bias: false, filterInitializer, name: `conv${index}` }),
    layers.batchNorm({ name: `bn${index}` }),
  ];
}

const relu = (name: string): layers.Layer => layers.activation('relu', { name });

function body(filters: number, strides: number, { bottleneck, strideFirst }: BlockStyle): layers.Layer[] {
  if (!bottleneck) return [...normed(filters, 3, strides), relu('relu1'), ...normed(filters, 3, 1, 2)];
  return [
    ...normed(filters, 1, strideFirst ? strides : 1),
    relu('relu1'),
    ...normed(filters, 3, strideFirst ? 1 : strides, 2),
    relu('relu2'),
    ...normed(4 * filters, 1, 1, 3),
  ];
}

function around(channels: number, filters: number, strides: number, shortcut: Shortcut): layers.Layer[] {
  const changes = channels !== filters || strides > 1;
  if (shortcut === 'C' || (shortcut === 'B' && changes))
    return [
      layers.conv2d({ filters, kernelSize: 1, strides, bias: false, filterInitializer: heNormal('fanOut') }),
      layers.batchNorm(),
    ];
  return changes ? [layers.maxPool2d({ poolSize: 1, strides }), new PadChannels(filters)] : [];
}

/**
 * The stages of a network as layers named `layer1`, `layer2` and so on; the first block of every stage but the first strides by 2.
 *
 * @param channels of the image that comes in
 * @param widths filters of each stage
 * @param repeats blocks of each stage
 */
export function residualStages(
  channels: number,
  widths: readonly number[],
  repeats: readonly number[],
  style: BlockStyle,
): layers.Layer[] {
  let inputs = channels;
  return repeats.map((count, stage) => {
    const width = widths[stage] as number;
    const filters = style.bottleneck ? 4 * width : width;
    const blocks = Array.from({ length: count }, (_, index) => {
      const strides = stage > 0 && index === 0 ? 2 : 1;
      const branch = body(width, strides, style);
      const shortcut = around(inputs, filters, strides, style.shortcut);
      inputs = filters;
      if (style.shortcut === 'none') return layers.sequential([...branch, relu('relu')]);
      return layers.sequential([layers.residual(branch, { shortcut, name: 'residual' }), relu('relu')]);
    });
    return layers.sequential(blocks, { name: `layer${stage + 1}` });
  });
}
