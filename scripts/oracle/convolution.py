"""The convolution family."""
import torch

from cases import Case, oracle, x
from windows import PADDINGS, PADDINGS_1D, convolve, fits, pair, sides, transposed


BILINEAR = [['x', 'bias'], ['filter', 'bias']]


def finish(y, activation):
    return torch.relu(y) if activation == 'relu' else y


def drawn_window(draw, paddings, least=1):
    """Extents, kernel, strides, dilations and padding that go together."""
    while True:
        most = 6 if draw.small else draw.pick('most', [6, 12, 12, 28])
        size = [draw.between('height', least, most), draw.between('width', least, most)]
        kernel = draw.pick('kernel', [[1, 1], [3, 3], [2, 2], [1, 3], [3, 1], [2, 3], [5, 4] if draw.small else [7, 5]])
        strides = draw.pick('strides', [1, 1, 2, [1, 2], [2, 1], 3])
        dilations = draw.pick('dilations', [1, 1, 1, 2, [1, 2], [3, 1]])
        padding = draw.pick('padding', paddings)
        if fits(padding, size, kernel, pair(strides), pair(dilations)):
            return size, kernel, strides, dilations, padding


def channel_counts(draw):
    """Channels, filters and groups."""
    groups = draw.pick('groups', [1, 1, 1, 2, 3, 'each'])
    if groups == 'each':
        channels = draw.channels()
        return channels, channels * draw.pick('multiplier', [1, 2]), channels
    within = [1, 2, 3] if draw.small else [1, 2, 5, 16]
    if groups > 1:
        return groups * draw.pick('within', within), groups * draw.pick('filters within', within), groups
    return draw.channels(), draw.channels('filters') if not draw.small else draw.pick('filters', [1, 2, 5]), 1


def window_options(strides, padding, dilations, groups=None):
    options = {'strides': strides, 'padding': padding, 'dilations': dilations, 'groups': groups}
    return {name: value for name, value in options.items() if value is not None}


def drawn_for_planner(draw):
    """What minimal filtering can do, now and then with enough channels for it to be the fastest."""
    kernel = draw.pick('kernel', [3, 3, 5])
    most = 6 if draw.small else 18
    size = [draw.between('height', kernel, most), draw.between('width', kernel, most)]
    counts = [3, 4] if draw.small else [16, 17, 64, 128] if kernel == 3 else [16, 17, 64]
    channels, filters = draw.pick('channels', counts), draw.pick('filters', counts)
    return (size, [kernel, kernel], 1, 1, draw.pick('padding', PADDINGS)), (channels, filters, 1)


@oracle('conv2d', weight=12, exact=True, linear=BILINEAR)
def conv2d(draw):
    planned = draw.pick('planned', [False, False, False, True])
    window, counts = drawn_for_planner(draw) if planned else (drawn_window(draw, PADDINGS), channel_counts(draw))
    size, kernel, strides, dilations, padding = window
    channels, filters, groups = counts
    inputs = {'x': x(draw.batch(), *size, channels), 'filter': x(*kernel, channels // groups, filters)}
    options = window_options(strides, padding, dilations, groups)
    if draw.chance('bias'):
        inputs['bias'] = x(filters)
        options['bias'] = '$bias'
    flip = draw.pick('flip', [False, False, False, True])
    if flip:
        options['flip'] = True
    options.update(draw.option('activation', [None, None, 'relu']))
    minimal = {3: ['winograd2', 'winograd4'], 5: ['winograd2']}[kernel[0]] if planned else []
    options.update(draw.option('algorithm', [None, *(['auto'] if planned else []), 'direct', *minimal]))
    algorithm = options.get('algorithm')
    rounded = algorithm == 'winograd4' or algorithm == 'winograd2' and kernel == [5, 5]

    def run(t):
        filter = t['filter'].flip(0, 1) if flip else t['filter']
        y = convolve(t['x'], filter, t.get('bias'), padding, pair(strides), pair(dilations), groups)
        return finish(y, options.get('activation'))

    return Case(inputs, ['$x', '$filter', options], run, planned=algorithm != 'direct', rounded=rounded)


@oracle('conv2dTranspose', weight=5, exact=True, linear=BILINEAR)
def conv2d_transpose(draw):
    while True:
        size, kernel, strides, dilations, padding = drawn_window(draw, PADDINGS)
        channels, filters, groups = channel_counts(draw)
        extra = [draw.pick('output padding', range(stride)) for stride in pair(strides)]
        if padding in ('same', 'sameLower'):
            extra = [0, 0]
        out = []
        for a, (s, d) in enumerate(zip(pair(strides), pair(dilations))):
            e = d * (kernel[a] - 1) + 1
            out.append((size[a] - 1) * s + e - sum(sides(padding, a, size[a] * s, e, s)) + extra[a])
        if padding in ('same', 'sameLower') or min(out) >= 1:
            break
    inputs = {'x': x(draw.batch(), *size, channels), 'filter': x(*kernel, filters // groups, channels)}
    options = {**window_options(strides, padding, dilations, groups), 'outputPadding': extra}
    if draw.chance('bias'):
        inputs['bias'] = x(filters)
        options['bias'] = '$bias'
    return Case(inputs, ['$x', '$filter', options], lambda t: transposed(
        t['x'], t['filter'], t.get('bias'), padding, pair(strides), extra, pair(dilations), groups), planned=True)


def drawn_row(draw):
    while True:
        length = draw.between('length', 1, 9 if draw.small else 20)
        kernel, stride = draw.pick('kernel', [1, 2, 3, 5]), draw.pick('stride', [1, 2, 3])
        dilation, padding = draw.pick('dilation', [1, 1, 2]), draw.pick('padding 1d', PADDINGS_1D)
        image = {'h': [0, 0], 'w': padding} if isinstance(padding, list) else padding
        if length + sum(sides(image, 1, length, dilation * (kernel - 1) + 1, stride)) >= dilation * (kernel - 1) + 1:
            return length, kernel, stride, dilation, padding


def row_padding(padding, length, kernel, stride, dilation):
    image = {'h': [0, 0], 'w': padding} if isinstance(padding, list) else padding
    return {'h': [0, 0], 'w': sides(image, 1, length, dilation * (kernel - 1) + 1, stride)}


@oracle('conv1d', weight=4, exact=True, linear=BILINEAR)
def conv1d(draw):
    length, kernel, stride, dilation, padding = drawn_row(draw)
    channels, filters, groups = channel_counts(draw)
    inputs = {'x': x(draw.batch(), length, channels), 'filter': x(kernel, channels // groups, filters),
              'bias': x(filters)}
    options = {**window_options(stride, padding, dilation, groups), 'bias': '$bias'}
    zeros = row_padding(padding, length, kernel, stride, dilation)
    return Case(inputs, ['$x', '$filter', options], lambda t: convolve(
        t['x'][:, None], t['filter'][None], t['bias'], zeros, (1, stride), (1, dilation), groups)[:, 0])


@oracle('conv1dTranspose', weight=3, exact=True, linear=BILINEAR)
def conv1d_transpose(draw):
    length, kernel, stride, dilation = (draw.between('length', 2, 9), draw.pick('kernel', [2, 3, 5]),
                                        draw.pick('stride', [1, 2, 3]), draw.pick('dilation', [1, 2]))
    padding = draw.pick('transposed padding', ['valid', 1, [1, 0]])
    channels, filters, groups = channel_counts(draw)
    extra = draw.pick('output padding', range(stride))
    inputs = {'x': x(draw.batch(), length, channels), 'filter': x(kernel, filters // groups, channels)}
    zeros = row_padding(padding, length * stride, kernel, stride, dilation)
    options = {**window_options(stride, padding, dilation, groups), 'outputPadding': extra}
    return Case(inputs, ['$x', '$filter', options], lambda t: transposed(
        t['x'][:, None], t['filter'][None], None, zeros, (1, stride), (0, extra), (1, dilation), groups)[:, 0])


def depthwise(t, name, padding, strides, dilations):
    filter = t[name]
    height, width, channels, multiplier = filter.shape
    grouped = filter.reshape(height, width, 1, channels * multiplier)
    return convolve(t['x'], grouped, None, padding, pair(strides), pair(dilations), channels)


@oracle('depthwiseConv2d', weight=4, exact=True, linear=BILINEAR)
def depthwise_conv2d(draw):
    size, kernel, strides, dilations, padding = drawn_window(draw, PADDINGS)
    channels, multiplier = draw.channels(), draw.pick('multiplier', [1, 1, 2, 3])
    inputs = {'x': x(draw.batch(), *size, channels), 'filter': x(*kernel, channels, multiplier),
              'bias': x(channels * multiplier)}
    options = {**window_options(strides, padding, dilations), 'bias': '$bias', **draw.option('activation', [None, 'relu'])}
    return Case(inputs, ['$x', '$filter', options], lambda t: finish(
        depthwise(t, 'filter', padding, strides, dilations) + t['bias'], options.get('activation')))


@oracle('separableConv2d', weight=2, linear=[['x', 'bias'], ['depthwise', 'bias'], ['pointwise', 'bias']])
def separable_conv2d(draw):
    size, kernel, strides, dilations, padding = drawn_window(draw, PADDINGS)
    channels, multiplier, filters = draw.pick('channels', [1, 3, 8]), draw.pick('multiplier', [1, 2]), draw.pick('filters', [1, 5])
    inputs = {'x': x(draw.batch(), *size, channels), 'depthwise': x(*kernel, channels, multiplier),
              'pointwise': x(1, 1, channels * multiplier, filters), 'bias': x(filters)}
    options = {**window_options(strides, padding, dilations), 'bias': '$bias'}
    return Case(inputs, ['$x', '$depthwise', '$pointwise', options],
                lambda t: depthwise(t, 'depthwise', padding, strides, dilations) @ t['pointwise'][0, 0] + t['bias'])
