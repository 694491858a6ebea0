/** Losses and their gradients against PyTorch 1.13, in float64. The numbers were printed by
 *
 *     z = torch.tensor([[1., 2., 3.], [-1., 0., 4.], [.5, -.5, 0.]], requires_grad=True); y = torch.tensor([0, 2, 1])
 *     w = torch.tensor([.5, 2., 1.5]); q = torch.tensor([[.2, .3, .5], [0., 1., 0.], [.6, .4, 0.]]); s = torch.tensor([1., 0., 3.])
 *     x = torch.tensor([[-2., .5, 3.], [0., 1., -1.5]], requires_grad=True)
 *     t = torch.tensor([[0., 1., 1.], [1., 0., 0.]]); r = torch.tensor([[-1., .2, 1.], [.3, 1., 2.]])
 *     print(loss.item(), torch.autograd.grad(loss, z or x)[0].flatten().tolist())
 *
 * with each loss as the name of its case says.
 */
import { describe, expect, it } from 'vitest';
import { valueAndGradients } from '../../lib/autograd/gradients.js';
import * as losses from '../../lib/losses/index.js';
import { type Tensor, tensor } from '../../lib/tensor/tensor.js';
import { values } from '../support/tensors.js';

const matrix = (rows: number[][]): Tensor => tensor(rows, undefined, 'float64');
const z = () =>
  matrix([
    [1, 2, 3],
    [-1, 0, 4],
    [0.5, -0.5, 0],
  ]);
const y = (...labels: number[]) => tensor(Int32Array.from(labels));
const q = () =>
  matrix([
    [0.2, 0.3, 0.5],
    [0, 1, 0],
    [0.6, 0.4, 0],
  ]);
const x = () =>
  matrix([
    [-2, 0.5, 3],
    [0, 1, -1.5],
  ]);
const t = () =>
  matrix([
    [0, 1, 1],
    [1, 0, 0],
  ]);
const r = () =>
  matrix([
    [-1, 0.2, 1],
    [0.3, 1, 2],
  ]);
const classWeights = [0.5, 2, 1.5];

describe('softmaxCrossEntropy and its like', () => {
  it.each<[string, (logits: Tensor) => Tensor, number, number[]]>([
    [
      'F.cross_entropy(z, y, w)',
      (l) => losses.softmaxCrossEntropy(l, y(0, 2, 1), { classWeights }),
      1.1503649146784733,
      [
        -0.11374617835370245, 0.030591058881849705, 0.08315511947185272, 0.002464973694490907, 0.00670049320136419,
        -0.009165466895855068, 0.253240195527827, -0.4068381383870762, 0.1535979428592492,
      ],
    ],
    [
      'F.cross_entropy(z, y, w, label_smoothing=.1)',
      (l) => losses.softmaxCrossEntropy(l, y(0, 2, 1), { classWeights, labelSmoothing: 0.1 }),
      1.207832440718124,
      [
        -0.10353720807931951, 0.01902290202882466, 0.08451430605049486, -0.0017290815687812141, -0.010040623389762079,
        0.011769704958543303, 0.24063218901023278, -0.37661020044084037, 0.13597801143060756,
      ],
    ],
    [
      'F.cross_entropy(z, torch.tensor([0, -1, 1]), w, ignore_index=-1, label_smoothing=.1)',
      (l) => losses.softmaxCrossEntropy(l, y(0, -1, 1), { classWeights, ignoreIndex: -1, labelSmoothing: 0.1 }),
      1.7778499369999636,
      [
        -0.1656595329269112, 0.030436643246119447, 0.13522288968079174, 0, 0, 0, 0.38501150241637244,
        -0.6025763207053445, 0.21756481828897206,
      ],
    ],
    [
      'F.cross_entropy(z, q)',
      (l) => losses.softmaxCrossEntropy(l, q()),
      2.0708735084083125,
      [
        -0.03665647560987319, -0.018423842981734117, 0.05508031859160726, 0.0021910877284363616, -0.32737733937656516,
        0.3251862516481288, -0.031173202981448656, -0.07122542559138414, 0.10239862857283279,
      ],
    ],
    [
      'F.cross_entropy(z, q, w, label_smoothing=.1)',
      (l) => losses.softmaxCrossEntropy(l, q(), { classWeights, labelSmoothing: 0.1 }),
      3.526649876605035,
      [
        0.007609102581132398, -0.08488851637761646, 0.07727941379648401, -0.001319452613911922, -0.6107073005724705,
        0.6120267531863824, 0.09409321309528379, -0.1924543391920993, 0.09836112609681551,
      ],
    ],
    [
      "(F.cross_entropy(z, y, reduction='none') * s).sum() / s.sum()",
      (l) => losses.softmaxCrossEntropy(l, y(0, 2, 1), { sampleWeights: [1, 0, 3] }),
      1.862103744092396,
      [
        -0.2274923567074049, 0.06118211776369941, 0.16631023894370545, 0, 0, 0, 0.37986029329174054,
        -0.6102572075806143, 0.23039691428887377,
      ],
    ],
    [
      "F.kl_div(F.log_softmax(z, 1), q, reduction='batchmean')",
      (l) => losses.klDivergence(l, q()),
      1.5033186147170359,
      [
        -0.03665647560987319, -0.018423842981734117, 0.05508031859160726, 0.0021910877284363616, -0.32737733937656516,
        0.3251862516481288, -0.031173202981448656, -0.07122542559138414, 0.10239862857283279,
      ],
    ],
    [
      'p = F.softmax(z, 1).gather(1, y[:, None]); (-(1 - p) ** 2 * p.log()).mean()',
      (l) => losses.focal(l, y(0, 2, 1)),
      1.0353579724084936,
      [
        -0.37082192249031487, 0.09972937490969944, 0.2710925475806154, 3.894444535906966e-6, 1.0586197813897525e-5,
        -1.4480642349804444e-5, 0.19778920645143994, -0.3177544243244701, 0.11996521787303012,
      ],
    ],
    [
      'F.multi_margin_loss(z, y)',
      (l) => losses.multiMargin(l, y(0, 2, 1)),
      17 / 18,
      [-2 / 9, 1 / 9, 1 / 9, 0, 0, 0, 1 / 9, -2 / 9, 1 / 9],
    ],
    [
      'F.multi_margin_loss(z, y, p=2)',
      (l) => losses.multiMargin(l, y(0, 2, 1), { p: 2 }),
      2.138888888888889,
      [
        -1.1111111111111112, 0.4444444444444444, 0.6666666666666666, 0, 0, 0, 0.4444444444444444, -0.7777777777777777,
        0.3333333333333333,
      ],
    ],
    [
      'F.multi_margin_loss(z, y, p=2, margin=2.5, weight=w)',
      (l) => losses.multiMargin(l, y(0, 2, 1), { p: 2, margin: 2.5, classWeights }),
      6.527777777777778,
      [
        -0.8888888888888888, 0.38888888888888884, 0.5, 0, 0, 0, 1.5555555555555554, -2.8888888888888884,
        1.3333333333333333,
      ],
    ],
  ])('%s', async (_, loss, value, gradient) => {
    await expectLoss(z(), loss, value, gradient);
  });
});

describe('losses by element', () => {
  it.each<[string, (output: Tensor) => Tensor, number, number[]]>([
    [
      'F.binary_cross_entropy_with_logits(x, t)',
      (o) => losses.binaryCrossEntropy(o, t()),
      0.47623574880962366,
      [
        0.019867153670352924, -0.0629234447996909, -0.007904312196261106, -0.08333333333333333, 0.12184309643833414,
        0.030404253967726058,
      ],
    ],
    [
      'F.binary_cross_entropy_with_logits(x, t, pos_weight=torch.tensor(3.))',
      (o) => losses.binaryCrossEntropy(o, t(), { positiveWeight: 3 }),
      0.8815062542475549,
      [
        0.019867153670352924, -0.18877033439907268, -0.0237129365887833, -0.25, 0.12184309643833414,
        0.030404253967726058,
      ],
    ],
    [
      'F.l1_loss(x, r)',
      (o) => losses.meanAbsoluteError(o, r()),
      1.1833333333333333,
      [-0.16666666666666666, 0.16666666666666666, 0.16666666666666666, -0.16666666666666666, 0, -0.16666666666666666],
    ],
    [
      'F.huber_loss(x, r)',
      (o) => losses.huber(o, r()),
      0.8483333333333333,
      [-0.16666666666666666, 0.049999999999999996, 0.16666666666666666, -0.049999999999999996, 0, -0.16666666666666666],
    ],
    [
      'F.huber_loss(x, r, delta=.4)',
      (o) => losses.huber(o, r(), { delta: 0.4 }),
      0.4083333333333334,
      [-0.06666666666666667, 0.049999999999999996, 0.06666666666666667, -0.049999999999999996, 0, -0.06666666666666667],
    ],
    [
      'sigmoid_focal_loss(x, t, alpha=.25, gamma=2).mean(), as in torchvision',
      (o) => losses.focal(o, t()),
      0.09883723785423291,
      [
        0.0006088675244240962, -0.005747374889621433, -1.3119660270344944e-5, -0.012428616464166096, 0.0960293403999147,
        0.002128888152904491,
      ],
    ],
    [
      'sigmoid_focal_loss(x, t, alpha=.5, gamma=1.5).mean(), as in torchvision',
      (o) => losses.focal(o, t(), { alpha: 0.5, gamma: 1.5 }),
      0.09977820225236039,
      [
        0.0009839638211095996, -0.015855288170222772, -0.00010057085959525145, -0.03004792476641579,
        0.06567626879983501, 0.002788307112080746,
      ],
    ],
    [
      'torch.clamp(1 - (2 * t - 1) * x, min=0).mean()',
      (o) => losses.hinge(o, t()),
      0.5833333333333334,
      [0, -0.16666666666666666, 0, -0.16666666666666666, 0.16666666666666666, 0],
    ],
    [
      '(torch.clamp(1 - (2 * t - 1) * x, min=0) ** 2).mean()',
      (o) => losses.hinge(o, t(), { squared: true }),
      0.875,
      [0, -0.16666666666666666, 0, -0.3333333333333333, 0.6666666666666666, 0],
    ],
  ])('%s', async (_, loss, value, gradient) => {
    await expectLoss(x(), loss, value, gradient);
  });
});

async function expectLoss(at: Tensor, f: (at: Tensor) => Tensor, value: number, gradient: number[]): Promise<void> {
  const result = valueAndGradients(() => f(at), [at]);
  expect(await result.value.item()).toBeCloseTo(value, 12);
  const found = await values(result.gradients[0] as Tensor);
  for (const [index, expected] of gradient.entries()) expect(found[index]).toBeCloseTo(expected, 12);
}
