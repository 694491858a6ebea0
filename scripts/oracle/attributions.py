#!/usr/bin/env python3
"""Attributions of the narrow networks that networks.py makes, computed by PyTorch in float64.

  attributions.py FOLDER    NAME.attributions.safetensors, beside the fixtures of networks.py; for npm test

Of the fixture's image and class 1: "saliency" [16, 16], "guidedBackprop" and "deconvnet" [16, 16, channels], each at every fourth row
and column; "gradCam" of the last maps [height, width].
"""
import pathlib
import sys

import torch
from torch import nn

import networks

CLASS = 1


class Rectifier(torch.autograd.Function):
    """A rectifier with the gradient of one of the three rules."""

    @staticmethod
    def forward(context, x, rule):
        context.rule = rule
        context.save_for_backward(x)
        return x.clamp(min=0)

    @staticmethod
    def backward(context, r):
        x, = context.saved_tensors
        if context.rule != 'deconvnet':
            r = r * (x > 0)
        if context.rule != 'backprop':
            r = r * (r > 0)
        return r, None


class Rectified(nn.Module):
    def __init__(self, rule):
        super().__init__()
        self.rule = rule

    def forward(self, x):
        return Rectifier.apply(x, self.rule)


def follow(module, rule):
    """Makes all rectifiers follow that rule."""
    for name, child in module.named_children():
        if isinstance(child, nn.ReLU):
            setattr(module, name, Rectified(rule))
        elif isinstance(child, Rectified):
            child.rule = rule
        else:
            follow(child, rule)
    return module


def gradient(model, rule, x, maps=None):
    """By the image, or by the output of the layer `maps`, with that output; the deconvolutional network starts from the score."""
    seen = []
    handle = maps.register_forward_hook(lambda module, inputs, output: seen.append(output)) if maps else None
    x = x.clone().requires_grad_()
    score = follow(model, rule)(x)[0, CLASS]
    if handle:
        handle.remove()
    by = seen[0] if maps else x
    found, = torch.autograd.grad(score * (score.detach() if rule == 'deconvnet' else 1), by)
    return found[0], by.detach()[0]


def attributions(model, x, last):
    model = follow(model.double(), 'backprop')
    some = lambda image: image.permute(1, 2, 0)[::4, ::4].float()
    weights, maps = gradient(model, 'backprop', x, last(model))
    cam = torch.einsum('k,kij->ij', weights.mean(dim=(1, 2)), maps).clamp(min=0)
    return {
        'saliency': gradient(model, 'backprop', x)[0].abs().amax(dim=0)[::4, ::4].float(),
        'guidedBackprop': some(gradient(model, 'guided', x)[0]),
        'deconvnet': some(gradient(model, 'deconvnet', x)[0]),
        'gradCam': cam.float(),
    }


if __name__ == '__main__':
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    for name, build, last in [
        ('vgg', networks.narrow_vgg, lambda model: model.features[-2]),
        ('resnet', networks.narrow_resnet, lambda model: model.layer2),
    ]:
        torch.manual_seed(7)
        network = networks.randomize(build(), 64)
        image = (torch.rand(1, 3, 64, 64) - 0.5).mul(256).round().div(256).double()
        networks.write(folder / f'{name}.attributions.safetensors', attributions(network, image, last))
