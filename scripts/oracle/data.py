"""Numbers that both sides make for themselves, so that neither inputs nor upstream gradients are stored or sent.

Element i of the array with seed s comes from the 32-bit hash h(s, i); every value is exact in float32. The twin is
test/oracle/numbers.ts.
"""
import numpy as np

MASK = np.uint64(0xFFFFFFFF)


def hashes(seed, count):
    """MurmurHash3's finalizer of i * 0x9e3779b9 + seed."""
    h = (np.arange(count, dtype=np.uint64) * np.uint64(0x9E3779B9) + np.uint64(seed)) & MASK
    h ^= h >> np.uint64(16)
    h = (h * np.uint64(0x85EBCA6B)) & MASK
    h ^= h >> np.uint64(13)
    h = (h * np.uint64(0xC2B2AE35)) & MASK
    return h ^ (h >> np.uint64(16))


def uniform(seed, count):
    """Odd multiples of 2^-16 in (-1, 1): never on a kink."""
    return ((hashes(seed, count) >> np.uint64(16)).astype(np.float64) - 32767.5) / 32768


def shifted(seed, count, **_):
    """In (-0.5, 1.5): both signs, but sums that do not cancel to nothing."""
    return uniform(seed, count) + 0.5


def spread(seed, count, limit):
    """In (-limit, limit), a power of two."""
    return uniform(seed, count) * limit


def positive(seed, count, **_):
    """In (0.5, 2.5)."""
    return uniform(seed, count) + 1.5


def distinct(seed, count, **_):
    """In (-1, 1), no two alike, none zero: a shuffle of equal steps."""
    ranks = np.empty(count)
    ranks[np.argsort(hashes(seed, count), kind='stable')] = np.arange(count)
    return (ranks + 0.25 - count / 2) / 2 ** np.ceil(np.log2(max(count, 1)))


def integers(seed, count, limit):
    """0 ... limit - 1."""
    return (hashes(seed, count) % np.uint64(limit)).astype(np.float64)


def distributions(seed, count, limit):
    """Rows of `limit` numbers that add up to 1: four picks, a quarter each."""
    rows = count // limit
    picks = (hashes(seed, 4 * rows) % np.uint64(limit)).astype(int).reshape(rows, 4)
    result = np.zeros((rows, limit))
    for row, chosen in enumerate(picks):
        np.add.at(result[row], chosen, 0.25)
    return result.reshape(-1)


KINDS = {f.__name__: f for f in (shifted, spread, positive, distinct, integers, distributions)}


def fill(spec, seed):
    """The float64 array an input's description stands for."""
    count = int(np.prod(spec['shape'], dtype=np.int64))
    limit = {'limit': spec['limit']} if 'limit' in spec else {}
    return KINDS[spec['kind']](seed, count, **limit).reshape(spec['shape'])
