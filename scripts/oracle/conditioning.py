"""How well conditioned a case is: how much its answers change when its numbers do.

A relative error says something only where the answer is not the remainder of a cancellation, and no number is so near a kink
that rounding alone decides on which side it lies. Both are measured here, and `answer` draws new numbers where they are found.
"""
import math
import torch

# Numbers are moved by a few float32 roundings: further than sums of thousands of terms are off.
STEP = 2.0 ** -18
PAIRS = 2
SENSITIVE, CANCELLING = 16, 3


def ratio(a, b):
    """a / b, where 0 of 0 is nothing."""
    return 0.0 if a == 0 else math.inf if b == 0 else a / b


def worst(measured, arrays):
    return max(ratio(measured[name].norm().item(), value.norm().item()) for name, value in arrays.items())


def sensitivity(evaluate, arrays):
    """The largest relative change of an array by relative changes of all numbers, there and back, over that change."""
    found = 0.0
    for pair in range(PAIRS):
        for step in (STEP, -STEP):
            noise = torch.Generator().manual_seed(pair)
            moved = evaluate(lambda v: v * (1 + step * torch.randn(v.shape, generator=noise, dtype=v.dtype)))
            found = max(found, worst({name: moved[name] - value for name, value in arrays.items()}, arrays) / STEP)
    return found


def cancellation(evaluate, arrays):
    """Of sums of products: the largest ratio of the norms of sum |x| |k| and sum x k."""
    return worst(evaluate(torch.abs), arrays)


def well_conditioned(evaluate, arrays, sums):
    """Whether a relative error of the arrays means something. `sums`: they are sums of products of the numbers."""
    return (not sums or cancellation(evaluate, arrays) <= CANCELLING) and sensitivity(evaluate, arrays) <= SENSITIVE
