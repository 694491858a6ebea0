#!/usr/bin/env python3
"""The oracle: what PyTorch, in float64, gives for convgrad's ops. For Debian's python3-torch.

  oracle.py fixtures FOLDER    writes the fixtures of npm test
  oracle.py serve              answers lines "seed first count" with safetensors files, each after its length (u64)
  oracle.py ops                lists the ops of the table

One safetensors file holds many cases: arrays "0 output", "0 gradient of filter", ..., and in the metadata the cases as JSON.
The tables are the modules imported below; adding an op to them is one function under @oracle.
"""
import json
import pathlib
import struct
import sys

import numpy as np
import torch

import convolution, counting, elementwise, movement, normalization, pooling, structured  # noqa: E401, F401 (each fills the table)
from cases import TABLE, Draw, answer

MODULES = (convolution, pooling, normalization, elementwise, movement, structured, counting)
COUNTS = {'conv2d': 130, 'conv2dTranspose': 50, 'maxPool2d': 40, 'averagePool2d': 50, 'batchNorm': 24, 'softmaxCrossEntropy': 40}
MOST_ELEMENTS = 600


def encode(cases):
    """The bytes of a safetensors file."""
    arrays = {f'{at} {name}': value for at, (_, values) in enumerate(cases) for name, value in values.items()}
    described = json.dumps([about for about, _ in cases], separators=(',', ':'))
    header, data, end = {'__metadata__': {'cases': described}}, [], 0
    for name, value in arrays.items():
        data.append(np.ascontiguousarray(value, dtype='<f8').tobytes())
        header[name] = {'dtype': 'F64', 'shape': list(value.shape), 'data_offsets': [end, end + len(data[-1])]}
        end += len(data[-1])
    text = json.dumps(header, separators=(',', ':')).encode()
    text += b' ' * (-len(text) % 8)
    return struct.pack('<Q', len(text)) + text + b''.join(data)


def random_case(seed, number):
    """Case `number` of `seed`, whatever was drawn before it."""
    draw = Draw(f'{seed} {number}')
    names = list(TABLE)
    op = draw.random.choices(names, [TABLE[name].weight for name in names])[0]
    return answer(op, TABLE[op].draw(draw), draw.random.getrandbits(32))


def fixtures(op, count):
    """Small cases of one op in which the options of every choice take turns."""
    decks, found, number = {}, [], 0
    while len(found) < count and number < 20 * count:
        draw = Draw(f'{op} {number}', decks, small=True)
        number += 1
        about, arrays = answer(op, TABLE[op].draw(draw), draw.random.getrandbits(32))
        if sum(value.size for value in arrays.values()) <= MOST_ELEMENTS:
            found.append((about, arrays))
    return found


def write_fixtures(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for module in MODULES:
        names = [name for name, entry in TABLE.items() if entry.draw.__module__ == module.__name__]
        cases = [case for name in names for case in fixtures(name, COUNTS.get(name, 8))]
        (folder / f'{module.__name__}.safetensors').write_bytes(encode(cases))


def serve():
    for line in sys.stdin:
        seed, first, count = (int(word) for word in line.split())
        file = encode([random_case(seed, number) for number in range(first, first + count)])
        sys.stdout.buffer.write(struct.pack('<Q', len(file)) + file)
        sys.stdout.buffer.flush()


if __name__ == '__main__':
    torch.set_num_threads(1)
    command = sys.argv[1] if len(sys.argv) > 1 else ''
    if command == 'fixtures':
        write_fixtures(pathlib.Path(sys.argv[2]))
    elif command == 'serve':
        serve()
    elif command == 'ops':
        print('\n'.join(sorted(TABLE)))
    else:
        sys.exit(__doc__)
