"""Relatives of convolution: unshared, masked, as matrices, of plain signals; resizing; LeNet-5's output; digit sequences."""
import torch
import torch.nn.functional as F

from cases import Case, oracle, x
from convolution import drawn_window, window_options
from windows import PADDINGS, all_sides, convolve, nchw, nhwc, pad_image, pair


@oracle('locallyConnected2d', weight=2, exact=True, linear=[['x', 'bias'], ['filter', 'bias']])
def locally_connected(draw):
    size, kernel, strides, dilations, padding = drawn_window(draw, PADDINGS)
    steps, gaps = pair(strides), pair(dilations)
    zeros = all_sides(padding, size, kernel, steps, gaps)
    out = [(size[a] + sum(zeros[a]) - gaps[a] * (kernel[a] - 1) - 1) // steps[a] + 1 for a in range(2)]
    channels, filters = draw.pick('channels', [1, 3, 4]), draw.pick('filters', [1, 2, 5])
    inputs = {'x': x(draw.batch(), *size, channels), 'filter': x(*out, *kernel, channels, filters)}
    options = window_options(strides, padding, dilations)
    if draw.chance('bias'):
        inputs['bias'] = x(*out, filters)
        options['bias'] = '$bias'

    def run(t):
        image = pad_image(nchw(t['x']), zeros)
        windows = F.unfold(image, kernel, dilation=gaps, stride=steps).unflatten(1, (channels, *kernel)).unflatten(-1, out)
        return torch.einsum('npmlij,ijmlpq->nijq', windows, t['filter']) + t.get('bias', 0)

    return Case(inputs, ['$x', '$filter', options], run)


@oracle('maskedConv2d', exact=True, linear=[['x'], ['filter']])
def masked(draw):
    size, kernel, strides, dilations, padding = drawn_window(draw, PADDINGS)
    channels, filters = draw.pick('channels', [1, 3, 6]), draw.pick('filters', [2, 5, 16])
    inputs = {'x': x(draw.batch(), *size, channels), 'filter': x(*kernel, channels, filters),
              'mask': x(channels, filters, kind='integers', limit=2, role='constant')}
    return Case(inputs, ['$x', '$filter', '$mask', window_options(strides, padding, dilations)], lambda t: convolve(
        t['x'], t['filter'] * t['mask'], None, padding, pair(strides), pair(dilations), 1), planned=True)


@oracle('convToDense', exact=True, linear=[['filter']])
def conv_to_dense(draw):
    size, kernel = [draw.between('height', 3, 4), draw.between('width', 3, 5)], draw.pick('kernel', [[1, 1], [3, 3], [2, 3]])
    channels, filters, padding = draw.pick('channels', [1, 2]), draw.pick('filters', [1, 3]), draw.pick('padding', ['valid', 'same', 1])
    options = {'padding': padding, **draw.option('strides', [None, 2])}
    count = size[0] * size[1] * channels

    def run(t):
        units = torch.eye(count, dtype=torch.float64).reshape(count, *size, channels)
        return convolve(units, t['filter'], None, padding, pair(options.get('strides', 1)), (1, 1), 1).flatten(1)

    return Case({'filter': x(*kernel, channels, filters)}, ['$filter', [*size, channels], options], run)


@oracle('denseToConv', exact=True, linear=[['weights']])
def dense_to_conv(draw):
    image, units = draw.pick('image', [[2, 3, 1], [3, 3, 4]]), draw.pick('units', [1, 5])
    return Case({'weights': x(image[0] * image[1] * image[2], units)}, ['$weights', image],
                lambda t: t['weights'].reshape(*image, units))


def signals(name, rank, flip):
    @oracle(name, exact=True, linear=[['h'], ['k']])
    def drawing(draw):
        extents = [draw.between('extent', 3, 9) for _ in range(rank)]
        taps = [draw.between('taps', 1, 3) for _ in range(rank)]
        mode = draw.pick('mode', [None, 'full', 'same', 'valid'])

        def run(t):
            h, k = t['h'].reshape(1, 1, -1, extents[-1]), t['k'].reshape(1, 1, -1, taps[-1])
            y = F.conv2d(h, k.flip(2, 3) if flip else k, padding=[n - 1 for n in k.shape[2:]])
            for axis, (n, m) in enumerate(zip(h.shape[2:], k.shape[2:])):
                first, kept = {None: (0, n + m - 1), 'full': (0, n + m - 1), 'same': ((m - 1) // 2, n), 'valid': (m - 1, n - m + 1)}[mode]
                y = y.narrow(2 + axis, first, kept)
            return y[0, 0] if rank == 2 else y[0, 0, 0]

        return Case({'h': x(*extents), 'k': x(*taps)}, ['$h', '$k', *([] if mode is None else [mode])], run)


for rank in (1, 2):
    signals(f'convolve{rank}d', rank, True)
    signals(f'crossCorrelate{rank}d', rank, False)


@oracle('resize2d', weight=3, linear=[['x']])
def resize(draw):
    mode, coordinates, named = draw.pick('resize', [
        ('bilinear', 'halfPixel', {'mode': 'bilinear', 'align_corners': False}),
        ('bilinear', 'alignCorners', {'mode': 'bilinear', 'align_corners': True}),
        ('nearest', 'halfPixel', {'mode': 'nearest-exact'}), ('nearest', 'asymmetric', {'mode': 'nearest'})])
    size = [draw.pick('height', [2, 4, 6]), draw.pick('width', [2, 4, 6])]
    if mode == 'bilinear':
        to = [draw.between('to height', 1, 9), draw.between('to width', 1, 9)]
    else:  # ratios that PyTorch, which computes positions in float32, does not round
        to = [extent * draw.pick('factor', [1, 2, 3]) // draw.pick('part', [1, 2]) for extent in size]
        to = [extent if extent * 3 == 2 * n else n for extent, n in zip(size, to)]
    return Case({'x': x(draw.batch(), *size, draw.channels())}, ['$x', to, {'mode': mode, 'coordinates': coordinates}],
                lambda t: nhwc(F.interpolate(nchw(t['x']), to, **named)))


@oracle('radialBasis', exact=True)
def radial_basis(draw):
    features = draw.pick('features', [3, 7, 17, 84])
    inputs = {'x': x(draw.pick('rows', [1, 3]), features), 'codes': x(draw.pick('classes', [1, 10]), features)}
    return Case(inputs, ['$x', '$codes'], lambda t: (t['x'][:, None] - t['codes']).square().sum(-1))


@oracle('digitSequenceLoss', weight=2)
def digit_sequence_loss(draw):
    batch, digits, classes = draw.pick('rows', [1, 3, 8]), draw.pick('digits', [1, 3, 5]), draw.pick('classes', [7, 10])
    lengths = digits + 2
    inputs = {'logits': x(batch, lengths + digits * classes, kind='spread', limit=2),
              'target': x(batch, 1 + digits, kind='integers', limit=min(lengths, classes), dtype='int32')}

    def run(t):
        logits, target = t['logits'], t['target']
        loss = F.cross_entropy(logits[:, :lengths], target[:, 0], reduction='none')
        for digit in range(digits):
            head = logits[:, lengths + digit * classes:lengths + (digit + 1) * classes]
            loss = loss + (target[:, 0] > digit) * F.cross_entropy(head, target[:, 1 + digit], reduction='none')
        return loss.mean()

    return Case(inputs, ['$logits', '$target', {'digits': digits, 'classes': classes}], run)


@oracle('multiMarginLoss')
def multi_margin_loss(draw):
    rows, classes = draw.pick('rows and classes', [[1, 2], [1, 17], [3, 4], [7, 3], [16, 10], [16, 33]])
    options = {**draw.option('margin', [None, 0.5, 2]), **draw.option('p', [None, 1, 2])}
    inputs = {'logits': x(rows, classes, kind='distinct'), 'labels': x(rows, kind='integers', limit=classes, dtype='int32')}
    if draw.pick('classWeights', [False, True]):
        inputs['classWeights'] = x(classes, kind='positive', role='constant')
        options['classWeights'] = '$classWeights'
    return Case(inputs, ['$logits', '$labels', options],
                lambda t: F.multi_margin_loss(t['logits'], t['labels'], options.get('p', 1), options.get('margin', 1),
                                              t.get('classWeights')))
