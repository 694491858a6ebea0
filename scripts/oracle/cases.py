"""What a case is, how one is drawn, and how PyTorch answers it.

An entry of the table is a function that draws: it takes a Draw and returns a Case, whose `run` computes the output from
tensors by name. Inputs, arguments and options are convgrad's (NHWC, HWIO); `run` goes to PyTorch's layout and back, so that
autograd brings the gradients home in convgrad's.
"""
import random
import torch

from conditioning import well_conditioned
from data import fill

TABLE = {}
INPUT_SEEDS = 1 << 20
MOST_DRAWS = 50
COUNTS = ('integers', 'distributions')


class Case:
    """`args` is what convgrad's function is called with; '$name' stands for an input.

    affine   linear but for a constant
    planned  convgrad may compute it by an algorithm that transforms the operands: the wider bound in float32
    rounded  by an algorithm that rounds even where the op is exact
    """

    def __init__(self, inputs, args, run, *, dtypes=('float64', 'float32'), result=None, affine=False, planned=False,
                 rounded=False):
        self.inputs, self.args, self.run, self.dtypes, self.result = inputs, args, run, dtypes, result
        self.affine, self.planned, self.rounded = affine, planned, rounded

    def named(self, role):
        return [name for name, spec in self.inputs.items() if spec['role'] == role]


class Entry:
    """See `oracle`."""

    def __init__(self, draw, weight, exact, linear):
        self.draw, self.weight, self.exact, self.linear = draw, weight, exact, linear


def oracle(name, weight=1, exact=False, linear=()):
    """Enters a drawing function into the table.

    weight  how often it is drawn
    exact   the numbers are short enough for float64 to compute without rounding: not a bit may differ
    linear  groups of inputs in which the op is jointly linear (or homogeneous), the others fixed: the adjoint identity
    """

    def enter(draw):
        TABLE[name] = Entry(draw, weight, exact, linear)
        return draw

    return enter


def x(*shape, kind='shifted', limit=None, role='differentiated', dtype=None):
    """An input. Roles: differentiated, constant, or updated (a parameter whose value afterwards is compared)."""
    spec = {'shape': list(shape), 'kind': kind, 'role': role}
    if limit is not None:
        spec['limit'] = limit
    if dtype is not None:
        spec['dtype'] = dtype
        spec['role'] = 'constant'
    return spec


class Draw:
    """Choices by name. With `decks` the options of a name take turns over all cases that share them."""

    def __init__(self, seed, decks=None, small=False):
        self.random, self.decks, self.small = random.Random(seed), decks, small

    def pick(self, name, options):
        options = list(options)
        if self.decks is None:
            return self.random.choice(options)
        deck = self.decks.setdefault((name, repr(options)), [])
        if not deck:
            deck.extend(options)
            self.random.shuffle(deck)
        return deck.pop()

    def between(self, name, low, high):
        return self.pick(name, range(low, high + 1))

    def chance(self, name):
        return self.pick(name, [False, True])

    def option(self, name, values):
        """{name: value}, or nothing for None: the default."""
        value = self.pick(name, values)
        return {} if value is None else {name: value}

    def channels(self, name='channels'):
        return self.pick(name, [1, 3, 4, 17] if self.small else [1, 2, 3, 4, 7, 8, 16, 17, 33, 64])

    def batch(self):
        return self.pick('batch', [1, 1, 2] if self.small else [1, 2, 3])

    def shape(self, rank, most=None):
        most = most or (5 if self.small else 9)
        return [self.between(f'axis{axis}', 2, most) for axis in range(rank)]


def evaluate(case, seed, change=lambda value: value):
    """Output, gradients and updated parameters by name, in float64. `change` is applied to all numbers that are not counts."""
    tensors = {}

    def made(spec, at):
        value = torch.from_numpy(fill(spec, (seed * INPUT_SEEDS + at) & 0xFFFFFFFF))
        return value if spec['kind'] in COUNTS else change(value)

    for at, (name, spec) in enumerate(case.inputs.items()):
        value = made(spec, at)
        if spec.get('dtype') == 'int32':
            value = value.long()
        tensors[name] = value.clone().requires_grad_(spec['role'] == 'differentiated')
    output = case.run(tensors)
    arrays = {'output': output.detach()}
    wrt = case.named('differentiated')
    if wrt and output.requires_grad:
        dy = made({'shape': list(output.shape), 'kind': 'shifted'}, len(case.inputs))
        gradients = torch.autograd.grad(output, [tensors[name] for name in wrt], dy, allow_unused=True)
        for name, gradient in zip(wrt, gradients):
            arrays[f'gradient of {name}'] = torch.zeros_like(tensors[name]) if gradient is None else gradient
    for name in case.named('updated'):
        arrays[f'updated {name}'] = tensors[name]
    return {name: value.double() for name, value in arrays.items()}


def answer(op, case, seed):
    """What `evaluate` finds, for the first numbers from `seed` on whose answers are well conditioned, and the description."""
    sums = bool(TABLE[op].linear)
    for _ in range(MOST_DRAWS):
        arrays = evaluate(case, seed)
        if well_conditioned(lambda change: evaluate(case, seed, change), arrays, sums):
            break
        seed = (seed * 0x9E3779B1 + 1) & 0xFFFFFFFF
    else:
        raise RuntimeError(f'{op}: no well-conditioned numbers for {case.args} of {case.inputs}')
    about = {'op': op, 'seed': seed, 'inputs': case.inputs, 'args': case.args, 'dtypes': list(case.dtypes)}
    if TABLE[op].exact and not case.rounded:
        about['exact'] = True
    if case.planned:
        about['planned'] = True
    wrt = case.named('differentiated')
    groups = [[name for name in group if name in wrt] for group in TABLE[op].linear]
    if groups and not case.affine:
        about['linear'] = groups
    if case.result is not None:
        about['result'] = case.result
    return about, {name: value.contiguous().numpy() for name, value in arrays.items()}
