"""Poolings."""
import torch
import torch.nn.functional as F

from cases import Case, oracle, x
from windows import PADDINGS, PADDINGS_1D, all_sides, fits, nchw, nhwc, pair, pool


def drawn_pool(draw, paddings):
    """Extents and options; every window covers an element. PyTorch's ceil mode wants its own kind of padding."""
    while True:
        most = 6 if draw.small else 12
        size = [draw.between('height', 1, most), draw.between('width', 1, most)]
        window = draw.pick('poolSize', [2, 2, 3, [2, 3], [3, 1]])
        strides = draw.pick('pool strides', [None, None, 1, 2, [1, 2]])
        ceil = draw.chance('ceilMode')
        padding = draw.pick('ceil padding', [None, 1, [0, 1]]) if ceil else draw.pick('pool padding', [None, *paddings])
        given = padding if padding is not None else 'valid'
        steps = pair(strides if strides is not None else window)
        if not fits(given, size, pair(window), steps):
            continue
        zeros = all_sides(given, size, pair(window), steps, (1, 1))
        limit = [k // 2 + 1 if ceil else k for k in pair(window)]
        if all(max(zeros[a]) < limit[a] for a in range(2)):
            break
    options = {'poolSize': window, 'strides': strides, 'padding': padding, 'ceilMode': True if ceil else None}
    return size, {name: value for name, value in options.items() if value is not None}


def pooled(x, options, kind, **more):
    window = pair(options['poolSize'])
    strides = pair(options.get('strides', options['poolSize']))
    return pool(x, window, strides, options.get('padding', 'valid'), options.get('ceilMode', False), kind, **more)


def image(draw, size, kind='distinct'):
    return {'x': x(draw.batch(), *size, draw.channels(), kind=kind)}


@oracle('maxPool2d', weight=4, exact=True, linear=[['x']])
def max_pool2d(draw):
    size, options = drawn_pool(draw, PADDINGS)
    return Case(image(draw, size), ['$x', options], lambda t: pooled(t['x'], options, 'max'))


@oracle('maxPool2dWithSwitches', exact=True, linear=[['x']])
def max_pool2d_with_switches(draw):
    size, options = drawn_pool(draw, PADDINGS)
    return Case(image(draw, size), ['$x', options], lambda t: pooled(t['x'], options, 'max'), result='output')


@oracle('averagePool2d', weight=4, linear=[['x']])
def average_pool2d(draw):
    size, options = drawn_pool(draw, PADDINGS)
    include = draw.pick('countIncludePad', [None, False, True])
    options.update({} if include is None else {'countIncludePad': include})
    return Case(image(draw, size, 'shifted'), ['$x', options],
                lambda t: pooled(t['x'], options, 'average', count_include_pad=include is not False))


@oracle('sumPool2d', exact=True, linear=[['x']])
def sum_pool2d(draw):
    size, options = drawn_pool(draw, PADDINGS)
    return Case(image(draw, size, 'shifted'), ['$x', options], lambda t: pooled(t['x'], options, 'sum'))


@oracle('lpPool2d', weight=2, linear=[['x']])
def lp_pool2d(draw):
    size, options = drawn_pool(draw, PADDINGS)
    options.update(draw.option('p', [None, 1, 1.5, 3]))
    return Case(image(draw, size, 'shifted'), ['$x', options],
                lambda t: pooled(t['x'], options, 'lp', p=options.get('p', 2)))


@oracle('stochasticPool2d', linear=[['x']])
def stochastic_pool2d(draw):
    """In evaluation: the mean of a window's activations by their probabilities. In training it draws."""
    size, options = drawn_pool(draw, PADDINGS)

    def run(t):
        sums = pooled(t['x'].relu(), options, 'sum')
        return pooled(t['x'].relu().square(), options, 'sum') / sums.clamp(min=1e-12)

    return Case(image(draw, size, 'shifted'), ['$x', {**options, 'training': False}], run)


def one_dimensional(name, kind, values='shifted', **choices):
    @oracle(name, exact=kind == 'max', linear=[['x']])
    def drawing(draw):
        while True:
            length, window = draw.between('length', 1, 12), draw.pick('poolSize', [2, 3])
            stride = draw.pick('stride', [None, 1, 2])
            padding = draw.pick('pool padding 1d', [None, *PADDINGS_1D])
            along = padding if padding is not None else 'valid'
            whole = {'h': [0, 0], 'w': along} if isinstance(along, list) else along
            if isinstance(whole, dict) and 'h' not in whole:
                continue
            given = {'h': [0, 0], 'w': all_sides(whole, [1, length], [1, window], [1, stride or window], [1, 1])[1]}
            if max(given['w']) < window and length + sum(given['w']) >= window:
                break
        options = {'poolSize': window, **({'strides': stride} if stride else {}),
                   **({'padding': padding} if padding is not None else {})}
        own = {}
        for option, offered in choices.items():
            own.update(draw.option(option, offered))
        more = {'count_include_pad': own.get('countIncludePad', True), 'p': own.get('p', 2)}
        return Case({'x': x(draw.batch(), length, draw.channels(), kind=values)}, ['$x', {**options, **own}],
                    lambda t: pool(t['x'][:, None], (1, window), (1, stride or window), given, False, kind, **more)[:, 0])


one_dimensional('maxPool1d', 'max', 'distinct')
one_dimensional('averagePool1d', 'average', countIncludePad=[None, False, True])
one_dimensional('lpPool1d', 'lp', p=[None, 3])


def any_size(draw, least=1):
    most = 6 if draw.small else 13
    return [draw.between('height', least, most), draw.between('width', least, most)]


@oracle('globalAveragePool2d', linear=[['x']])
def global_average_pool2d(draw):
    return Case(image(draw, any_size(draw), 'shifted'), ['$x'], lambda t: t['x'].mean((1, 2)))


@oracle('globalMaxPool2d', exact=True, linear=[['x']])
def global_max_pool2d(draw):
    return Case(image(draw, any_size(draw)), ['$x'], lambda t: t['x'].amax((1, 2)))


def adaptive(name, function, kind):
    @oracle(name, exact=kind == 'distinct', linear=[['x']])
    def drawing(draw):
        size = draw.pick('outputSize', [1, 2, 3, [2, 5], [7, 1]])
        return Case(image(draw, any_size(draw), kind), ['$x', {'outputSize': size}],
                    lambda t: nhwc(function(nchw(t['x']), pair(size))))


adaptive('adaptiveAveragePool2d', F.adaptive_avg_pool2d, 'shifted')
adaptive('adaptiveMaxPool2d', F.adaptive_max_pool2d, 'distinct')


def adaptive1d(name, function, kind):
    @oracle(name, exact=kind == 'distinct', linear=[['x']])
    def drawing(draw):
        size = draw.pick('outputSize', [1, 2, 3, 7])
        return Case({'x': x(draw.batch(), draw.between('length', 1, 12), draw.channels(), kind=kind)},
                    ['$x', {'outputSize': size}],
                    lambda t: function(t['x'].transpose(1, 2), size).transpose(1, 2))


adaptive1d('adaptiveAveragePool1d', F.adaptive_avg_pool1d, 'shifted')
adaptive1d('adaptiveMaxPool1d', F.adaptive_max_pool1d, 'distinct')


@oracle('globalAveragePool1d', linear=[['x']])
def global_average_pool1d(draw):
    return Case({'x': x(draw.batch(), draw.between('length', 1, 12), draw.channels(), kind='shifted')}, ['$x'],
                lambda t: t['x'].mean(1))


@oracle('maxUnpool2d', exact=True, linear=[['x']])
def max_unpool2d(draw):
    size, window = any_size(draw, 3), draw.pick('poolSize', [2, 3, [2, 3]])

    def run(t):
        images = nchw(t['x'])
        y, positions = F.max_pool2d(images, pair(window), return_indices=True)
        return nhwc(F.max_unpool2d(y, positions, pair(window), output_size=images.shape[2:]))

    return Case(image(draw, size), ['$x', {'poolSize': window}], run)


@oracle('maxOverTime', exact=True, linear=[['x']])
def max_over_time(draw):
    return Case({'x': x(draw.batch(), draw.between('length', 1, 12), draw.channels(), kind='distinct')}, ['$x'],
                lambda t: t['x'].amax(1))


@oracle('kMaxPool', exact=True, linear=[['x']])
def k_max_pool(draw):
    length = draw.between('length', 2, 12)
    k = draw.pick('k', [1, length // 2, length])

    def run(t):
        kept = t['x'].topk(k, 1).indices.sort(1).values
        return t['x'].gather(1, kept)

    return Case({'x': x(draw.batch(), length, draw.channels(), kind='distinct')}, ['$x', {'k': k}], run)


@oracle('maxout', exact=True, linear=[['x']])
def maxout(draw):
    pieces, units = draw.pick('pieces', [1, 2, 3, 5]), draw.pick('units', [1, 3, 8])
    return Case({'x': x(*draw.shape(2), units * pieces, kind='distinct')}, ['$x', {'pieces': pieces}],
                lambda t: t['x'].unflatten(-1, (units, pieces)).amax(-1))
