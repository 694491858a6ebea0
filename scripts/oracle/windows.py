"""Padding conventions, layouts, and convolutions and poolings of padded images."""
import torch
import torch.nn.functional as F

PADDINGS = ['valid', 'same', 'sameLower', 'full', 'causal', 1, [2, 1], {'total': 3}, {'total': [1, 2]}, {'same': 'total'},
            {'h': [0, 2], 'w': [1, 0]}]
PADDINGS_1D = ['valid', 'same', 'sameLower', 'full', 'causal', 1, 2, [2, 0], [0, 1], {'total': 3}, {'same': 'total'}]


def pair(value):
    return list(value) if isinstance(value, (list, tuple)) else [value, value]


def sides(padding, at, extent, effective, stride):
    """Zeros before and after axis `at`, of `extent` elements."""
    if padding in ('same', 'sameLower'):
        total = max((-(-extent // stride) - 1) * stride + effective - extent, 0)
        return (total // 2, total - total // 2) if padding == 'same' else (total - total // 2, total // 2)
    if isinstance(padding, str):
        return {'valid': (0, 0), 'full': (effective - 1, effective - 1), 'causal': (effective - 1, 0)}[padding]
    if isinstance(padding, dict):
        if 'h' in padding:
            return tuple(padding['hw'[at]])
        total = effective - 1 if 'same' in padding else pair(padding['total'])[at]
        return total // 2, total - total // 2
    return pair(padding)[at], pair(padding)[at]


def all_sides(padding, extents, kernels, strides, dilations):
    return [sides(padding, at, extents[at], dilations[at] * (kernels[at] - 1) + 1, strides[at]) for at in range(2)]


def fits(padding, extents, kernels, strides, dilations=(1, 1)):
    zeros = all_sides(padding, extents, kernels, strides, dilations)
    return all(extents[a] + sum(zeros[a]) >= dilations[a] * (kernels[a] - 1) + 1 for a in range(2))


def nchw(x):
    return x.permute(0, 3, 1, 2)


def nhwc(x):
    return x.permute(0, 2, 3, 1)


def oihw(filter):
    return filter.permute(3, 2, 0, 1).contiguous()


def pad_image(x, zeros, value=0.0):
    (top, bottom), (left, right) = zeros
    return F.pad(x, [left, right, top, bottom], value=value)


def convolve(x, filter, bias, padding, strides, dilations, groups):
    """x NHWC, filter HWIO."""
    zeros = all_sides(padding, x.shape[1:3], filter.shape[:2], strides, dilations)
    image = pad_image(nchw(x), zeros).contiguous()
    return nhwc(F.conv2d(image, oihw(filter), bias, strides, 0, dilations, groups))


def transposed(x, filter, bias, padding, strides, output_padding, dilations, groups):
    """filter [h, w, filters / groups, channels]: the uncropped sum, then cropped or extended by zeros."""
    spread = F.conv_transpose2d(nchw(x).contiguous(), oihw(filter), None, strides, 0, 0, groups, dilations)
    crop = []
    for at in (1, 0):  # the last axis first, as F.pad wants it
        extent, stride = x.shape[1 + at], strides[at]
        effective = dilations[at] * (filter.shape[at] - 1) + 1
        before, after = sides(padding, at, extent * stride, effective, stride)
        if padding in ('same', 'sameLower'):
            out = extent * stride
        else:
            out = (extent - 1) * stride + effective - before - after + output_padding[at]
        crop += [-before, out + before - spread.shape[2 + at]]
    y = nhwc(F.pad(spread, crop))
    return y if bias is None else y + bias


def pool(x, window, strides, padding, ceil, kind, count_include_pad=True, p=2):
    """x NHWC. With ceil, padding must be symmetric and at most half the window: PyTorch's own."""
    image = nchw(x)
    zeros = all_sides(padding, x.shape[1:3], window, strides, (1, 1))
    if kind == 'max':
        if ceil:
            return nhwc(F.max_pool2d(image, window, strides, [z[0] for z in zeros], 1, True))
        return nhwc(F.max_pool2d(pad_image(image, zeros, float('-inf')), window, strides))
    if ceil:
        own = [z[0] for z in zeros]
        if kind == 'average':
            return nhwc(F.avg_pool2d(image, window, strides, own, True, count_include_pad))
        powers = image.abs() ** p if kind == 'lp' else image
        sums = F.avg_pool2d(powers, window, strides, own, True, divisor_override=1)
    else:
        powers = image.abs() ** p if kind == 'lp' else image
        sums = F.avg_pool2d(pad_image(powers, zeros), window, strides, divisor_override=1)
    if kind == 'lp':
        return nhwc(sums ** (1 / p))
    if kind == 'average':
        seen = torch.ones_like(image)
        if count_include_pad:
            return nhwc(sums / (window[0] * window[1]))
        return nhwc(sums / F.avg_pool2d(pad_image(seen, zeros), window, strides, divisor_override=1))
    return nhwc(sums)
