#!/usr/bin/env python3
"""torchvision's networks with seeded random weights: state dicts, and what PyTorch computes with them in float64.

  networks.py live NAME FOLDER    NAME.safetensors (the state dict) and NAME.expected.safetensors, for npm run test:networks
  networks.py fixtures FOLDER     narrow networks of the same blocks, for npm test
  networks.py names               lists the names

Expected are, for `logits` of an image, "x" [batch, height, width, channels] and "logits"; for `gradients`, of one training step on
the labels 0, 1, 2, ... without dropout, "loss" and "gradient of NAME" too.
"""
import collections
import json
import pathlib
import struct
import sys

import numpy as np
import torch
import torchvision
from torch import nn
from torch.nn.functional import cross_entropy
from torchvision.models.resnet import BasicBlock

LOGITS = ('vgg19', 'vgg11_bn', 'resnet50', 'googlenet', 'alexnet', 'mobilenet_v2')
GRADIENTS = ('resnet18', 'googlenet_auxiliary')
NAMES = {torch.float32: 'F32', torch.float64: 'F64', torch.int64: 'I64'}


def write(file, arrays):
    """A safetensors file of tensors."""
    header, data, end = {}, [], 0
    for name, value in arrays.items():
        size = value.numel() * value.element_size()
        header[name] = {'dtype': NAMES[value.dtype], 'shape': list(value.shape), 'data_offsets': [end, end + size]}
        data.append(value.detach().contiguous().numpy())
        end += size
    text = json.dumps(header, separators=(',', ':')).encode()
    text += b' ' * (-len(text) % 8)
    with open(file, 'wb') as out:
        out.write(struct.pack('<Q', len(text)) + text)
        for value in data:
            out.write(value.tobytes())


def randomize(model, size):
    """Weights as torchvision starts them; statistics of batch norm as a batch gives them, scales and shifts near 1 and 0."""
    norms = [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]
    for norm in norms:
        nn.init.uniform_(norm.weight, 0.5, 1.5)
        nn.init.uniform_(norm.bias, -0.5, 0.5)
        norm.momentum = 1
    if norms:
        with torch.no_grad():
            model.train()(torch.rand(2, 3, size, size) - 0.5)
    for norm in norms:
        norm.momentum = 0.1
    return model.eval()


def without_dropout(model):
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0
    return model


def answer(model, x, gradients=False):
    """What float64 gives. Images come and go with channels last."""
    model = model.double()
    arrays = {'x': x.permute(0, 2, 3, 1)}
    if not gradients:
        with torch.no_grad():
            return {**arrays, 'logits': model(x)}
    outputs = without_dropout(model).train()(x)
    heads = [outputs] if isinstance(outputs, torch.Tensor) else [outputs.logits, outputs.aux_logits1, outputs.aux_logits2]
    labels = torch.arange(len(x))
    loss = sum(weight * cross_entropy(head, labels) for weight, head in zip((1, 0.3, 0.3), heads))
    loss.backward()
    found = {f'gradient of {name}': value.grad for name, value in model.named_parameters()}
    return {**arrays, 'logits': heads[0], 'loss': loss.reshape(1), **found}


def live(name, folder):
    options = {'init_weights': False} if name.startswith('googlenet') else {}
    auxiliary = {'aux_logits': name.endswith('auxiliary')} if name.startswith('googlenet') else {}
    model = getattr(torchvision.models, name.split('_aux')[0])(weights=None, **options, **auxiliary)
    gradients = name in GRADIENTS
    randomize(model, 224)
    if gradients:
        model = model.double()
    write(folder / f'{name}.safetensors', model.state_dict())
    batch = 3 if gradients else 1
    x = (torch.rand(batch, 3, 224, 224) - 0.5).double()
    write(folder / f'{name}.expected.safetensors', answer(model, x, gradients))


def narrow_vgg():
    features = torchvision.models.vgg.make_layers([2, 'M', 4, 'M', 8, 8, 'M', 16, 16, 'M', 16, 16, 'M'], batch_norm=True)
    hidden = lambda inputs: (nn.Linear(inputs, 12), nn.ReLU(), nn.Dropout())
    return nn.Sequential(collections.OrderedDict(
        features=features, avgpool=nn.AdaptiveAvgPool2d(2), flatten=nn.Flatten(),
        classifier=nn.Sequential(*hidden(64), *hidden(12), nn.Linear(12, 5))))


def narrow_resnet():
    downsample = nn.Sequential(nn.Conv2d(8, 16, 1, 2, bias=False), nn.BatchNorm2d(16))
    return nn.Sequential(collections.OrderedDict(
        conv1=nn.Conv2d(3, 8, 7, 2, 3, bias=False), bn1=nn.BatchNorm2d(8), relu=nn.ReLU(), maxpool=nn.MaxPool2d(3, 2, 1),
        layer1=nn.Sequential(BasicBlock(8, 8)), layer2=nn.Sequential(BasicBlock(8, 16, 2, downsample)),
        avgpool=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten(), fc=nn.Linear(16, 5)))


def fixtures(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, build in {'vgg': narrow_vgg, 'resnet': narrow_resnet}.items():
        torch.manual_seed(7)
        model = randomize(build(), 64)
        write(folder / f'{name}.safetensors', model.state_dict())
        x = (torch.rand(1, 3, 64, 64) - 0.5).mul(256).round().div(256)
        expected = answer(model, x.double())
        write(folder / f'{name}.expected.safetensors', {'x': expected['x'].float(), 'logits': expected['logits']})


if __name__ == '__main__':
    command, *rest = sys.argv[1:] or ['']
    torch.manual_seed(7)
    if command == 'live':
        live(rest[0], pathlib.Path(rest[1]))
    elif command == 'fixtures':
        fixtures(pathlib.Path(rest[0]))
    elif command == 'names':
        print('\n'.join(LOGITS + GRADIENTS))
    else:
        sys.exit(__doc__)
