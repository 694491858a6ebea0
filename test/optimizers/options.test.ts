import { expect, it } from 'vitest';
import * as o from '../../lib/optimizers/index.js';
import { ArgumentError } from '../../lib/tensor/errors.js';

const plain = () => o.sgd({ learningRate: 1 });

it.each<[() => unknown, string]>([
  [
    () => o.sgd({ learningRate: 1, momentumConvention: 'caffe' as never }),
    "sgd: momentumConvention must be one of 'pytorch', 'keras'",
  ],
  [() => o.sgd({ learningRate: 1, decoupled: 1 as never }), 'sgd: decoupled must be true or false, but received 1'],
  [
    () => o.adam({ epsilonConvention: 'tensorflow' as never }),
    "adam: epsilonConvention must be one of 'pytorch', 'keras', but received 'tensorflow'",
  ],
  [() => o.adam({ epsilonConvention: null as never }), 'adam: epsilonConvention must be one of'],
  [
    () => o.adamW({ epsilonConvention: 'Keras' as never }),
    "adamW: epsilonConvention must be one of 'pytorch', 'keras', but received 'Keras'",
  ],
  [() => o.adam({ epsilonConvention: 'keras', epsilon: -1 }), 'adam: epsilon must be a finite number of at least 0'],
  [() => o.adam({ epsilonConvention: 'keras', beta2: 1 }), 'adam: beta2 must be below 1, but received 1'],
  [() => o.adadelta({ rho: 1 }), 'adadelta: rho must be below 1, but received 1'],
  [() => o.adadelta({ epsilon: -1 }), 'adadelta: epsilon must be a finite number of at least 0'],
  [() => o.adadelta({ learningRate: -1 }), 'adadelta: learningRate must be a finite number of at least 0'],
  [() => o.adadelta({ decay: 1 } as never), "adadelta: unknown option 'decay'"],
  [() => o.adagrad({ initialSum: -1 }), 'adagrad: initialSum must be a finite number of at least 0'],
  [() => o.adagrad({ rateDecay: Number.NaN }), 'adagrad: rateDecay must be a finite number'],
  [() => o.adagrad({ epsilon: -1 }), 'adagrad: epsilon must be a finite number'],
  [() => o.adagrad({ rho: 1 } as never), "adagrad: unknown option 'rho'"],
  [() => o.rmsprop({ rho: -0.1 }), 'rmsprop: rho must be a finite number from 0 to 1'],
  [() => o.rmsprop({ momentum: 1 }), 'rmsprop: momentum must be below 1'],
  [() => o.rmsprop({ centered: 'yes' as never }), "rmsprop: centered must be true or false, but received 'yes'"],
  [() => o.rmsprop({ alpha: 0.9 } as never), "rmsprop: unknown option 'alpha'"],
  [() => o.lars({} as never), 'lars: learningRate must be a finite number'],
  [() => o.lars({ learningRate: 1, momentum: 1 }), 'lars: momentum must be below 1'],
  [() => o.lars({ learningRate: 1, trustCoefficient: -1 }), 'lars: trustCoefficient must be a finite number'],
  [() => o.lars({ learningRate: 1, eta: 1 } as never), "lars: unknown option 'eta'"],
  [() => o.lamb({ beta1: 1 }), 'lamb: beta1 must be below 1'],
  [() => o.lamb({ beta2: 2 }), 'lamb: beta2 must be a finite number from 0 to 1'],
  [() => o.lamb({ weightDecay: -1 }), 'lamb: weightDecay must be a finite number'],
  [() => o.lamb({ eps: 1 } as never), "lamb: unknown option 'eps'"],
  [() => o.muon({ momentum: 1 }), 'muon: momentum must be below 1'],
  [() => o.muon({ iterations: 0 }), 'muon: iterations must be a positive integer, but received 0'],
  [() => o.muon({ nesterov: 1 as never }), 'muon: nesterov must be true or false'],
  [() => o.muon({ steps: 5 } as never), "muon: unknown option 'steps'"],
  [() => o.groups([]), 'groups: expected an array of at least one group'],
  [() => o.groups([{ optimizer: 'sgd' as never }]), 'groups[0]: optimizer must be one, such as sgd({ … })'],
  [() => o.groups([{ parameters: 'w' as never, optimizer: plain() }]), 'groups[0]: parameters must be a function'],
  [() => o.groups([{ params: [], optimizer: plain() } as never]), "groups[0]: unknown option 'params'"],
  [
    () => ((one) => o.groups([{ optimizer: one }, { optimizer: one }]))(plain()),
    'groups: every group needs an optimizer of its own',
  ],
  [() => o.clipped(plain(), {}), 'clipped: expected globalNorm or value'],
  [() => o.clipped(plain(), { globalNorm: 0 }), 'clipped: globalNorm must be above 0, but received 0'],
  [() => o.clipped(plain(), { value: -1 }), 'clipped: value must be a finite number of at least 0'],
  [() => o.clipped(plain(), { norm: 1 } as never), "clipped: unknown option 'norm'"],
  [() => o.clipped(0.1 as never, { value: 1 }), 'clipped: expected an optimizer, such as sgd({ … }), but received 0.1'],
  [() => o.maxNorm(plain(), {} as never), 'maxNorm: limit must be a finite number'],
  [() => o.maxNorm(plain(), { limit: 0 }), 'maxNorm: limit must be above 0'],
  [() => o.maxNorm(plain(), { limit: 1, parameters: [] as never }), 'maxNorm: parameters must be a function'],
  [() => o.maxNorm(plain(), { limit: 1, axis: 0 } as never), "maxNorm: unknown option 'axis'"],
  [() => o.lookahead(plain(), { every: 0 }), 'lookahead: every must be a positive integer'],
  [() => o.lookahead(plain(), { rate: 2 }), 'lookahead: rate must be a finite number from 0 to 1'],
  [() => o.lookahead({} as never), 'lookahead: expected an optimizer'],
  [() => o.lookahead(plain(), { k: 5 } as never), "lookahead: unknown option 'k'"],
  [() => o.averaged(plain(), { decay: 1 }), 'averaged: decay must be below 1'],
  [() => o.averaged(plain(), { decay: Number.NaN }), 'averaged: decay must be a finite number from 0 to 1'],
  [() => o.averaged(undefined as never), 'averaged: expected an optimizer'],
  [() => o.averaged(plain(), { beta: 1 } as never), "averaged: unknown option 'beta'"],
])('rejects %#: %s', (make, message) => {
  expect(make).toThrow(ArgumentError);
  expect(make).toThrow(message);
});
