"""Ops that move elements: shapes, joins, cuts, padding, indices."""
import numpy as np
import torch
import torch.nn.functional as F

from cases import Case, oracle, x


@oracle('transpose', exact=True, linear=[['x']])
def transpose(draw):
    shape = draw.shape(draw.pick('rank', [2, 3, 4]), 5)
    order = draw.random.sample(range(len(shape)), len(shape))
    return Case({'x': x(*shape)}, ['$x', order], lambda t: t['x'].permute(order))


@oracle('reshape', exact=True, linear=[['x']])
def reshape(draw):
    a, b, c = draw.shape(3)
    return Case({'x': x(a, b, c)}, ['$x', [b, a * c]], lambda t: t['x'].reshape(b, a * c))


@oracle('flip', exact=True, linear=[['x']])
def flip(draw):
    shape = draw.shape(3)
    axes = draw.pick('axes', [[0], [1], [0, 1], [1, 2], [0, 2], [0, 1, 2]])
    return Case({'x': x(*shape)}, ['$x', axes], lambda t: t['x'].flip(axes))


@oracle('broadcastTo', exact=True, linear=[['x']])
def broadcast_to(draw):
    shape, target = draw.pick('shapes', [[[1], [7]], [[3, 1], [3, 5]], [[17], [2, 3, 17]], [[2, 1, 3], [2, 4, 3]]])
    return Case({'x': x(*shape)}, ['$x', target], lambda t: t['x'].expand(target))


@oracle('concat', exact=True, linear=[['a', 'b', 'c']])
def concat(draw):
    shape, axis = draw.shape(3), draw.pick('axis', [0, 1, 2])
    extents = [draw.between('extent', 1, 5) for _ in range(draw.pick('inputs', [1, 2, 3]))]
    inputs = {name: x(*shape[:axis], extent, *shape[axis + 1:]) for name, extent in zip('abc', extents)}
    options = [{'axis': axis}] if axis < 2 else []
    return Case(inputs, [[f'${name}' for name in inputs], *options], lambda t: torch.cat([t[name] for name in inputs], axis))


@oracle('stack', exact=True, linear=[['a', 'b', 'c']])
def stack(draw):
    shape, axis = draw.shape(2), draw.pick('axis', [0, 1, 2])
    return Case({name: x(*shape) for name in 'abc'}, [['$a', '$b', '$c'], {'axis': axis}],
                lambda t: torch.stack([t[name] for name in 'abc'], axis))


@oracle('slice', exact=True, linear=[['x']])
def slice_(draw):
    shape = draw.shape(3)
    begin = [draw.random.randrange(extent) for extent in shape]
    size = [draw.random.randint(1, extent - at) for extent, at in zip(shape, begin)]
    return Case({'x': x(*shape)}, ['$x', begin, size],
                lambda t: t['x'][tuple(slice(at, at + n) for at, n in zip(begin, size))])


@oracle('pad', weight=3, exact=True, linear=[['x']])
def pad(draw):
    shape, mode = draw.shape(3), draw.pick('mode', [None, 'constant', 'reflect', 'replicate', 'circular'])
    zeros = [[draw.random.randrange(min(extent, 4)), draw.random.randrange(min(extent, 4))] for extent in shape]
    options = {} if mode is None else {'mode': mode}
    if mode == 'constant':
        options['value'] = 1.5

    def run(t):
        if mode in (None, 'constant'):
            return F.pad(t['x'], [n for side in reversed(zeros) for n in side], value=options.get('value', 0))
        y, named = t['x'], {'reflect': 'reflect', 'replicate': 'edge', 'circular': 'wrap'}[mode]
        for axis, side in enumerate(zeros):
            y = y.index_select(axis, torch.from_numpy(np.pad(np.arange(shape[axis]), side, mode=named)))
        return y

    return Case({'x': x(*shape)}, ['$x', zeros, options], run, affine=mode == 'constant')


@oracle('gather', exact=True, linear=[['x']])
def gather(draw):
    shape, axis = draw.shape(3), draw.pick('axis', [0, 1, 2])
    chosen = draw.pick('indices', [[4], [2, 3]])
    inputs = {'x': x(*shape), 'indices': x(*chosen, kind='integers', limit=shape[axis], dtype='int32')}

    def run(t):
        y = t['x'].index_select(axis, t['indices'].reshape(-1))
        return y.reshape([*shape[:axis], *chosen, *shape[axis + 1:]])

    return Case(inputs, ['$x', '$indices', {'axis': axis}], run)


@oracle('embedding', exact=True, linear=[['table']])
def embedding(draw):
    words, size = draw.pick('vocabulary', [5, 11]), draw.pick('size', [1, 3, 17])
    options = draw.option('paddingIndex', [None, 0, 3])
    inputs = {'table': x(words, size), 'indices': x(2, 6, kind='integers', limit=words, dtype='int32')}
    return Case(inputs, ['$table', '$indices', options],
                lambda t: F.embedding(t['indices'], t['table'], padding_idx=options.get('paddingIndex')), affine=bool(options))
