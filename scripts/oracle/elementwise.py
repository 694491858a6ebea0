"""Functions of single elements, of pairs of elements, and matrix products and reductions."""
import torch
import torch.nn.functional as F

from cases import Case, oracle, x


def unary(name, function, kind='spread', limit=4, exact=False, linear=(), **choices):
    """y = function(x, options); `choices` are the options and the values to draw them from, None for the default."""

    @oracle(name, exact=exact, linear=linear)
    def drawing(draw):
        options = {}
        for option, values in choices.items():
            options.update(draw.option(option, values))
        shape = draw.pick('shape', [[9], [17], [2, 3, 5], [4, 33] if not draw.small else [31], [1, 3, 3, 5]])
        described = x(*shape, kind=kind, limit=limit if kind == 'spread' else None)
        return Case({'x': described}, ['$x', options] if options else ['$x'], lambda t: function(t['x'], **options))


unary('abs', torch.abs, exact=True, linear=[['x']])
unary('exp', torch.exp)
unary('log', torch.log, kind='positive')
unary('negate', torch.neg, exact=True, linear=[['x']])
unary('sqrt', torch.sqrt, kind='positive')
unary('square', torch.square, exact=True)
unary('relu', torch.relu, exact=True, linear=[['x']])
unary('relu6', F.relu6, limit=16, exact=True)
unary('leakyRelu', lambda x, negativeSlope=0.01: F.leaky_relu(x, negativeSlope), linear=[['x']], negativeSlope=[None, 0.2])
unary('elu', lambda x, alpha=1.0: F.elu(x, alpha), alpha=[None, 0.5])
unary('selu', F.selu)
unary('gelu', lambda x, approximate='none': F.gelu(x, approximate=approximate), approximate=[None, 'none', 'tanh'])
unary('silu', F.silu)
unary('mish', F.mish)
unary('tanh', torch.tanh)
unary('scaledTanh', lambda x: 1.7159 * torch.tanh(x * 2 / 3))
unary('sigmoid', torch.sigmoid)
unary('hardSigmoid', lambda x, slope=1 / 6, offset=0.5: (slope * x + offset).clamp(0, 1), limit=8, slope=[None, 0.25])
unary('hardSwish', F.hardswish, limit=8)
unary('softplus', F.softplus)


def shapes_that_broadcast(draw):
    return draw.pick('shapes', [[[3, 17], [3, 17]], [[2, 3, 4], [4]], [[2, 3, 4], [1]], [[3, 1], [1, 5]], [[2, 3, 3, 17], [17]],
                                [[5], [2, 1]], [[1, 7], [6, 7]], [[4, 1, 3], [2, 3]]])


def binary(name, function, a='shifted', b='spread', exact=True, linear=()):
    @oracle(name, exact=exact, linear=linear)
    def drawing(draw):
        left, right = shapes_that_broadcast(draw)
        limits = {'spread': 2, 'integers': 3}
        inputs = {'a': x(*left, kind=a, limit=limits.get(a)), 'b': x(*right, kind=b, limit=limits.get(b))}
        return Case(inputs, ['$a', '$b'], lambda t: function(t['a'], t['b']))


binary('add', torch.add, linear=[['a', 'b']])
binary('subtract', torch.sub, linear=[['a', 'b']])
binary('multiply', torch.mul, linear=[['a'], ['b']])
binary('divide', torch.div, b='positive', exact=False, linear=[['a']])
binary('maximum', torch.maximum, linear=[['a', 'b']])
binary('minimum', torch.minimum, linear=[['a', 'b']])
for comparison, compared in {'equal': torch.eq, 'notEqual': torch.ne, 'less': torch.lt, 'lessEqual': torch.le,
                             'greater': torch.gt, 'greaterEqual': torch.ge}.items():
    binary(comparison, compared, a='integers', b='integers')


@oracle('where', exact=True, linear=[['a', 'b']])
def where(draw):
    left, right = shapes_that_broadcast(draw)
    inputs = {'condition': x(*left, kind='integers', limit=2, dtype='uint8'), 'a': x(*right), 'b': x(*left)}
    return Case(inputs, ['$condition', '$a', '$b'], lambda t: torch.where(t['condition'] != 0, t['a'], t['b']))


@oracle('clip', exact=True)
def clip(draw):
    low, high = draw.pick('limits', [[-1, 1], [0, 0.5], [-0.25, 2]])
    return Case({'x': x(*draw.shape(2), kind='spread', limit=2)}, ['$x', low, high], lambda t: t['x'].clamp(low, high))


@oracle('prelu', exact=True, linear=[['x']])
def prelu(draw):
    shape = draw.pick('shape', [[4, 17], [2, 3, 3, 5]])
    slope = draw.pick('slope', [[1], shape[-1:]])
    return Case({'x': x(*shape, kind='spread', limit=2), 'slope': x(*slope)}, ['$x', '$slope'],
                lambda t: torch.where(t['x'] > 0, t['x'], t['slope'] * t['x']))


@oracle('matmul', weight=5, exact=True, linear=[['a', 'bias'], ['b', 'bias']])
def matmul(draw):
    extents = [1, 2, 3, 7, 17] if draw.small else [1, 2, 3, 7, 16, 17, 33, 65, 128]
    rows, inner, columns = draw.pick('rows', extents), draw.pick('inner', extents), draw.pick('columns', extents)
    flip_a, flip_b = draw.chance('transposeA'), draw.chance('transposeB')
    inputs = {'a': x(*((inner, rows) if flip_a else (rows, inner))),
              'b': x(*((columns, inner) if flip_b else (inner, columns)))}
    options = {**({'transposeA': True} if flip_a else {}), **({'transposeB': True} if flip_b else {}),
               **draw.option('activation', [None, None, 'relu'])}
    if draw.chance('bias'):
        inputs['bias'] = x(columns)
        options['bias'] = '$bias'

    def run(t):
        y = (t['a'].T if flip_a else t['a']) @ (t['b'].T if flip_b else t['b'])
        y = y + t['bias'] if 'bias' in t else y
        return torch.relu(y) if options.get('activation') == 'relu' else y

    return Case(inputs, ['$a', '$b', options], run)


def reduction(name, function, kind='shifted', exact=True):
    @oracle(name, exact=exact, linear=[['x']])
    def drawing(draw):
        shape = draw.shape(draw.pick('rank', [1, 2, 3, 4]), 5)
        count = draw.between('axes', 0, len(shape))
        axes = None if count == 0 else sorted(draw.random.sample(range(len(shape)), count))
        keep = draw.chance('keepDims')
        options = {**({} if axes is None else {'axes': axes}), **({'keepDims': True} if keep else {})}
        over = axes if axes is not None else list(range(len(shape)))
        return Case({'x': x(*shape, kind=kind)}, ['$x', options] if options else ['$x'], lambda t: function(t['x'], over, keep))


reduction('sum', lambda x, axes, keep: x.sum(axes, keep))
reduction('mean', lambda x, axes, keep: x.mean(axes, keep), exact=False)
reduction('max', lambda x, axes, keep: x.amax(axes, keep), 'distinct')
reduction('min', lambda x, axes, keep: x.amin(axes, keep), 'distinct')


@oracle('argMax', exact=True)
def arg_max(draw):
    shape = draw.shape(3)
    axis = draw.pick('axis', [None, 0, 1, -1])
    return Case({'x': x(*shape, kind='distinct')}, ['$x', {} if axis is None else {'axis': axis}],
                lambda t: t['x'].argmax(-1 if axis is None else axis))


@oracle('topK', exact=True, linear=[['x']])
def top_k(draw):
    shape = draw.shape(2)
    k = draw.between('k', 1, shape[-1])
    return Case({'x': x(*shape, kind='distinct')}, ['$x', k], lambda t: t['x'].topk(k).values, result='values')
