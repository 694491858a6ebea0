"""What metrics count: integers, so that not one may differ."""
import torch
import torch.nn.functional as F

from cases import Case, oracle, x


def classified(draw):
    rows, classes = draw.pick('rows', [1, 3, 8, 40]), draw.pick('classes', [2, 3, 10, 33])
    inputs = {'logits': x(rows, classes, kind='distinct'), 'labels': x(rows, kind='integers', limit=classes, dtype='int32')}
    return inputs, classes


@oracle('confusionMatrix', exact=True)
def confusion_matrix(draw):
    inputs, classes = classified(draw)
    return Case(inputs, ['$logits', '$labels'], lambda t: torch.bincount(
        t['labels'] * classes + t['logits'].argmax(1), minlength=classes ** 2).reshape(classes, classes))


@oracle('topKCorrect', exact=True)
def top_k_correct(draw):
    inputs, classes = classified(draw)
    k = draw.between('k', 1, classes)
    return Case(inputs, ['$logits', '$labels', k],
                lambda t: (t['logits'].topk(k, 1).indices == t['labels'][:, None]).sum())


@oracle('scoreHistogram', exact=True)
def score_histogram(draw):
    count, bins = draw.pick('count', [1, 7, 100]), draw.pick('bins', [1, 4, 10])
    inputs = {'scores': x(count, kind='spread', limit=2), 'hits': x(count, kind='integers', limit=2)}

    def run(t):
        scores = t['scores'].detach().clamp(-1, 1.5)
        return torch.stack([torch.histc(scores[t['hits'] == hit], bins, -1, 1.5) for hit in (0, 1)])

    return Case(inputs, ['$scores', '$hits', {'bins': bins, 'low': -1, 'high': 1.5}], run)


def digits_of(t, lengths, digits, classes):
    """log p of each length, and of the digits [batch, digits, classes]."""
    return (F.log_softmax(t['logits'][:, :lengths], 1),
            F.log_softmax(t['logits'][:, lengths:].reshape(-1, digits, classes), 2))


@oracle('decodeDigitSequence')
def decode_digit_sequence(draw):
    batch, digits, classes = draw.pick('rows', [1, 3, 8]), draw.pick('digits', [1, 3, 5]), draw.pick('classes', [7, 10])
    lengths, result = digits + 2, draw.pick('result', ['sequences', 'logProbabilities'])
    inputs = {'logits': x(batch, lengths + digits * classes, kind='spread', limit=2, role='constant')}

    def run(t):
        length, digit = digits_of(t, lengths, digits, classes)
        best = digit.max(2)
        known = torch.cat([torch.zeros(batch, 1, dtype=torch.float64), best.values.cumsum(1)], 1)
        scores = length + F.pad(known, [0, 1], mode='replicate')
        if result == 'logProbabilities':
            return scores.max(1).values
        chosen = scores.argmax(1)
        named = torch.where(torch.arange(digits) < chosen[:, None], best.indices, torch.full_like(best.indices, -1))
        return torch.cat([chosen[:, None], named], 1)

    return Case(inputs, ['$logits', {'digits': digits, 'classes': classes}], run, result=result)


@oracle('sequenceCorrect', exact=True)
def sequence_correct(draw):
    rows, digits = draw.pick('rows', [1, 8, 33]), draw.pick('digits', [0, 1, 3])
    inputs = {name: x(rows, 1 + digits, kind='integers', limit=2, dtype='int32') for name in ('decoded', 'target')}

    def run(t):
        same = t['decoded'] == t['target']
        beyond = torch.arange(digits) >= t['target'][:, :1]
        return same[:, 0] & (same[:, 1:] | beyond).all(1)

    return Case(inputs, ['$decoded', '$target'], run)
