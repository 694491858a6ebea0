"""Normalisations, softmax and its losses."""
import torch
import torch.nn.functional as F

from cases import Case, oracle, x
from windows import nchw, nhwc, pair


CHANNELS = [1, 3, 4, 7, 16, 17, 33]


def affine(draw, options, shape):
    """gamma and beta, or not."""
    inputs = {}
    for name in ('gamma', 'beta'):
        if draw.chance(name):
            inputs[name] = x(*shape)
            options[name] = f'${name}'
    return inputs


@oracle('batchNorm', weight=4)
def batch_norm(draw):
    channels, training = draw.pick('channels', CHANNELS), draw.chance('training')
    leading = draw.pick('batch and pixels', [[6], [2, 3, 3], [1, 3, 5], [4, 2, 2], [3, 7]])
    role = 'updated' if training else 'constant'
    inputs = {'x': x(*leading, channels), 'gamma': x(channels), 'beta': x(channels),
              'mean': x(channels, role=role), 'variance': x(channels, kind='positive', role=role)}
    options = {'training': training, **draw.option('momentum', [None, 0.01, 0.5]), **draw.option('epsilon', [None, 1e-3])}

    def run(t):
        y = F.batch_norm(t['x'].reshape(-1, channels), t['mean'], t['variance'], t['gamma'], t['beta'], training,
                         options.get('momentum', 0.1), options.get('epsilon', 1e-5))
        return y.reshape(t['x'].shape)

    return Case(inputs, ['$x', '$gamma', '$beta', '$mean', '$variance', options], run)


def channels_second(x):
    return x.movedim(-1, 1)


@oracle('groupNorm', weight=2)
def group_norm(draw):
    groups, within = draw.pick('groups', [1, 2, 3, 4]), draw.pick('within', [1, 3, 4, 5])
    options = {'groups': groups, **draw.option('epsilon', [None, 1e-3])}
    shape = [draw.batch(), *draw.pick('pixels', [[3, 3], [7], [2, 5]]), groups * within]
    inputs = {'x': x(*shape), **affine(draw, options, shape[-1:])}
    return Case(inputs, ['$x', options], lambda t: F.group_norm(
        channels_second(t['x']), groups, eps=options.get('epsilon', 1e-5)).movedim(1, -1) * t.get('gamma', 1) + t.get('beta', 0))


@oracle('instanceNorm', weight=2)
def instance_norm(draw):
    options = draw.option('epsilon', [None, 1e-3])
    shape = [draw.batch(), *draw.pick('pixels', [[3, 3], [7], [2, 5]]), draw.pick('channels', CHANNELS)]
    inputs = {'x': x(*shape), **affine(draw, options, shape[-1:])}
    def run(t):
        # Spelled out: PyTorch 1.13 differentiates F.instance_norm of one permuted image wrongly.
        pixels = t['x'].flatten(1, -2)
        variance, mean = torch.var_mean(pixels, 1, unbiased=False, keepdim=True)
        y = ((pixels - mean) / (variance + options.get('epsilon', 1e-5)).sqrt()).reshape(shape)
        return y * t.get('gamma', 1) + t.get('beta', 0)

    return Case(inputs, ['$x', options], run)


@oracle('layerNorm', weight=2)
def layer_norm(draw):
    axes = draw.pick('axes', [1, 2, 3])
    shape = [draw.batch(), draw.pick('extent', [3, 4]), draw.pick('extent', [3, 5]), draw.pick('extent', [6, 17])]
    options = {**({} if axes == 1 else {'axes': axes}), **draw.option('epsilon', [None, 1e-3])}
    inputs = {'x': x(*shape), **affine(draw, options, shape[-axes:])}
    return Case(inputs, ['$x', options], lambda t: F.layer_norm(
        t['x'], shape[-axes:], eps=options.get('epsilon', 1e-5)) * t.get('gamma', 1) + t.get('beta', 0))


@oracle('localResponseNorm', weight=2)
def local_response_norm(draw):
    options = {**draw.option('size', [None, 1, 2, 3, 4]), **draw.option('alpha', [None, 0.5]),
               **draw.option('beta', [None, 0.5, 2]), **draw.option('bias', [None, 1]),
               **draw.option('alphaConvention', [None, 'divided'])}
    size, alpha = options.get('size', 5), options.get('alpha', 1e-4)
    alpha *= 1 if options.get('alphaConvention') == 'divided' else size
    return Case({'x': x(*draw.shape(3), draw.channels(), kind='spread', limit=2)}, ['$x', options],
                lambda t: F.local_response_norm(channels_second(t['x']), size, alpha, options.get('beta', 0.75),
                                                options.get('bias', 2)).movedim(1, -1))


@oracle('subtractiveNorm', linear=[['x']])
def subtractive_norm(draw):
    options = {**draw.option('windowSize', [None, 1, 5, [1, 3]]), **draw.option('acrossChannels', [None, True])}
    window = pair(options.get('windowSize', 3))

    def run(t):
        seen = t['x'].mean(3, keepdim=True) if 'acrossChannels' in options else t['x']
        return t['x'] - nhwc(F.avg_pool2d(nchw(seen), window, 1, [k // 2 for k in window], count_include_pad=False))

    # One pixel alone, or a window of one, leaves nothing to compare.
    channels = draw.pick('channels', [3, 17])
    if window == [1, 1]:
        options['acrossChannels'] = True
    return Case({'x': x(draw.batch(), *draw.shape(2), channels)}, ['$x', options], run)


def softmaxes(name, function):
    @oracle(name, weight=2)
    def drawing(draw):
        shape = draw.pick('shape', [[5], [2, 10], [4, 17], [1, 5, 3], [2, 3, 3, 4], [1, 100], [1, 33]])
        axis = draw.pick('axis', [None, -1, 0, len(shape) - 1] if shape[0] > 1 else [None, -1])
        options = [] if axis is None else [{'axis': axis}]
        return Case({'x': x(*shape, kind='spread', limit=1)}, ['$x', *options], lambda t: function(t['x'], -1 if axis is None else axis))


softmaxes('softmax', torch.softmax)
softmaxes('logSoftmax', torch.log_softmax)


@oracle('softmaxCrossEntropy', weight=5)
def softmax_cross_entropy(draw):
    batch, classes = draw.pick('rows and classes', [[1, 2], [1, 17], [1, 10], [2, 10], [3, 4], [7, 2], [7, 3], [16, 10], [16, 33]])
    dense = draw.pick('dense', [False, False, True])
    options = {**draw.option('labelSmoothing', [None, 0.1, 0.5]), **draw.option('reduction', [None, 'mean', 'sum', 'none'])}
    pixels = draw.pick('pixels', [[], [], [3], [2, 2]])
    inputs = {'logits': x(batch, *pixels, classes, kind='spread', limit=2)}
    if dense:
        inputs['target'] = x(batch, *pixels, classes, kind='distributions', limit=classes, role='constant')
    else:
        inputs['target'] = x(batch, *pixels, kind='integers', limit=classes, dtype=draw.pick('labels', ['int32', 'uint8']))
    for name, extents in (('classWeights', [classes]), ('sampleWeights', [batch, *pixels])):
        if draw.pick(name, [False, False, True]):
            inputs[name] = x(*extents, kind='positive', role='constant')
            options[name] = f'${name}'
    if not dense and batch > 2 and draw.chance('ignored'):
        options['ignoreIndex'] = 0

    def run(t):
        ignored, weights, scale = options.get('ignoreIndex', -100), t.get('classWeights'), t.get('sampleWeights')
        reduction, smoothing = options.get('reduction', 'mean'), options.get('labelSmoothing', 0.0)
        logits, target = t['logits'].flatten(0, -2), t['target'].flatten(0, -2) if dense else t['target'].flatten().long()
        if reduction == 'mean' and (target == ignored).all():
            return 0 * logits.sum()  # PyTorch: NaN
        if scale is None and reduction == 'mean':
            return F.cross_entropy(logits, target, weights, ignore_index=ignored, label_smoothing=smoothing)
        rows = F.cross_entropy(logits, target, weights, ignore_index=ignored, reduction='none', label_smoothing=smoothing)
        if scale is not None:
            rows = scale.flatten() * rows
        if reduction != 'mean':
            return rows.sum() if reduction == 'sum' else rows.reshape(batch, *pixels)
        if dense:
            return rows.sum() / scale.sum()
        counted = scale.flatten() if weights is None else scale.flatten() * weights[target]
        return rows.sum() / counted[target != ignored].sum()

    return Case(inputs, ['$logits', '$target', options], run)


@oracle('multiMarginLoss', weight=2)
def multi_margin_loss(draw):
    rows, classes = draw.pick('rows', [1, 3, 16]), draw.pick('classes', [2, 3, 10, 33])
    options = {**draw.option('margin', [None, 0.5]), **draw.option('p', [None, 1, 2])}
    inputs = {'logits': x(rows, classes, kind='spread', limit=2),
              'labels': x(rows, kind='integers', limit=classes, dtype='int32')}
    if draw.chance('classWeights'):
        inputs['weights'] = x(classes, kind='positive', role='constant')
        options['classWeights'] = '$weights'
    return Case(inputs, ['$logits', '$labels', options], lambda t: F.multi_margin_loss(
        t['logits'], t['labels'], options.get('p', 1), options.get('margin', 1.0), t.get('weights')))


@oracle('normalizePixels')
def normalize_pixels(draw):
    channels = draw.pick('channels', [1, 3, 4, 17])
    options = draw.pick('statistics', [{}, {'mean': 0.5}, {'mean': 0.1307, 'standardDeviation': 0.3081}])
    return Case({'x': x(*draw.shape(2), channels, kind='integers', limit=256, dtype='uint8')}, ['$x', options],
                lambda t: (t['x'] / 255 - options.get('mean', 0)) / options.get('standardDeviation', 1), dtypes=['float32'])
