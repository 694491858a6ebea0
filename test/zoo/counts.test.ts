// Parameters, multiply-accumulates, sizes and receptive fields of the zoo's networks: published, or computed from the publications.
// Counted from shapes alone; nothing is allocated but where the comment says so.
import { describe, expect, it } from 'vitest';
import type { Model } from '../../lib/models/model.js';
import { memory } from '../../lib/native.js';
import * as zoo from '../../lib/zoo/index.js';

const words = { vocabulary: 18_766 };
const eighth = { width: 1 / 8 };

/** Rounded to as many decimals as the expected number has. */
const rounded = (value: number, like: number): number => Number(value.toFixed(String(like).split('.')[1]?.length ?? 0));

describe('parameters and millions of multiply-accumulates', () => {
  it.each<[string, () => Model, parameters: number, millions: number, statistics?: number]>([
    ['LeNet-5', zoo.lenet5, 61_706, 0.41652],
    ['LeNet-5 of 1998', zoo.lenet5Classic, 60_000, 0.32652],
    ["Caffe's LeNet", zoo.lenetCaffe, 431_080, 2.293],
    ['AlexNet', zoo.alexnet, 60_965_224, 724],
    ['AlexNet without groups', () => zoo.alexnet({ towers: 1 }), 62_378_344, 1135],
    ["torchvision's AlexNet", zoo.alexnetOneTower, 61_100_840, 714],
    ['ZFNet', zoo.zfnet, 62_357_608, 1168],
    ['VGG-11', () => zoo.vgg({ depth: 11 }), 132_863_336, 7609],
    ['VGG-13', () => zoo.vgg({ depth: 13 }), 133_047_848, 11_308],
    ['VGG-16', () => zoo.vgg({ depth: 16 }), 138_357_544, 15_470],
    ['VGG-16 C', () => zoo.vgg({ depth: '16C' }), 133_638_952, 11_771],
    ['VGG-19', () => zoo.vgg(), 143_667_240, 19_632],
    ['VGG-11 with batch norm', () => zoo.vgg({ depth: 11, batchNorm: true }), 132_868_840, 7609, 5504],
    ['VGG-13 with batch norm', () => zoo.vgg({ depth: 13, batchNorm: true }), 133_053_736, 11_308, 5888],
    ['VGG-16 with batch norm', () => zoo.vgg({ depth: 16, batchNorm: true }), 138_365_992, 15_470, 8448],
    ['VGG-19 with batch norm', () => zoo.vgg({ depth: 19, batchNorm: true }), 143_678_248, 19_632, 11_008],
    ['GoogLeNet', zoo.googlenet, 6_998_552, 1583],
    ["torchvision's GoogLeNet", () => zoo.googlenet({ variant: 'torchvision' }), 6_624_904, 1498, 14_560],
    ['ResNet-18', () => zoo.resnet({ depth: 18 }), 11_689_512, 1814, 9600],
    ['ResNet-34', () => zoo.resnet({ depth: 34 }), 21_797_672, 3664, 17_024],
    ['ResNet-50', zoo.resnet, 25_557_032, 4089, 53_120],
    ['ResNet-101', () => zoo.resnet({ depth: 101 }), 44_549_160, 7801, 105_344],
    ['ResNet-152', () => zoo.resnet({ depth: 152 }), 60_192_808, 11_514, 151_424],
    ['ResNet-50 v1', () => zoo.resnet({ version: 'v1' }), 25_557_032, 3858, 53_120],
    ['ResNet-101 v1', () => zoo.resnet({ depth: 101, version: 'v1' }), 44_549_160, 7570, 105_344],
    ['ResNet-152 v1', () => zoo.resnet({ depth: 152, version: 'v1' }), 60_192_808, 11_282, 151_424],
    ['ResNet-18, shortcut A', () => zoo.resnet({ depth: 18, shortcut: 'A' }), 11_515_688, 1795, 7808],
    ['ResNet-34, shortcut A', () => zoo.resnet({ depth: 34, shortcut: 'A' }), 21_623_848, 3644, 15_232],
    ['plain-18', () => zoo.resnet({ depth: 18, shortcut: 'none' }), 11_515_688, 1795, 7808],
    ['plain-34', () => zoo.resnet({ depth: 34, shortcut: 'none' }), 21_623_848, 3644, 15_232],
    ['plain-20 for CIFAR-10', () => zoo.resnetCifar({ shortcut: 'none' }), 269_722, 40.55, 1376],
    ['plain-56 for CIFAR-10', () => zoo.resnetCifar({ depth: 56, shortcut: 'none' }), 853_018, 125.49, 4064],
    ['MobileNet', zoo.mobilenetV1, 4_231_976, 569, 21_888],
    ['MobileNetV2', zoo.mobilenetV2, 3_504_872, 301, 34_112],
    ['street numbers', zoo.streetNumbers, 38_142_809, 626.5],
    ['street numbers, a quarter as wide', () => zoo.streetNumbers({ width: 0.25 }), 2_420_801, 45.1],
    ['street numbers, an eighth as wide', () => zoo.streetNumbers(eighth), 618_373, 14.9],
    ["Kim's network, rand", () => zoo.textCnn(words), 5_990_702, 21.9],
    ['MNIST in one epoch', () => zoo.mnistOneEpoch({ batchNorm: false }), 215_194, 1.244],
  ])('%s', (_, build, parameters, millions, statistics = 0) => {
    const before = memory();
    const summary = build().summary();
    expect(summary.trainableParameters).toBe(parameters);
    expect(rounded(summary.macs / 1e6, millions)).toBe(millions);
    if (statistics > 0) expect(summary.otherParameters).toBe(statistics);
    expect(memory()).toEqual(before);
  });

  it.each([
    [8, 75_290, 78_042, 12.24],
    [14, 172_506, 175_258, 26.4],
    [20, 269_722, 272_474, 40.55],
    [32, 464_154, 466_906, 68.86],
    [44, 658_586, 661_338, 97.17],
    [56, 853_018, 855_770, 125.49],
    [110, 1_727_962, 1_730_714, 252.89],
    [1202, 19_421_274, 19_424_026, 2829],
  ])('ResNet-%i for CIFAR-10, shortcuts A and B', (depth, a, b, millions) => {
    const summary = zoo.resnetCifar({ depth }).summary();
    expect(summary.trainableParameters).toBe(a);
    expect(rounded(summary.macs / 1e6, millions)).toBe(millions);
    expect(zoo.resnetCifar({ depth, shortcut: 'B' }).summary().trainableParameters).toBe(b);
  });

  it('GoogLeNet with its classifiers on the side', () => {
    const { rows, trainableParameters } = zoo.googlenetWithAuxiliary().summary();
    expect(trainableParameters).toBe(13_378_280);
    const sides = rows.filter(({ path }) => path.startsWith('aux'));
    expect(sides.reduce((sum, row) => sum + row.trainableParameters, 0)).toBe(6_379_728);
    const torchvision = zoo.googlenetWithAuxiliary({ variant: 'torchvision' }).summary();
    expect(torchvision.trainableParameters).toBe(13_004_888);
  });

  it('LeNet-5 of 1998, layer by layer', () => {
    const { rows } = zoo.lenet5Classic().summary();
    const counts = rows.map(({ trainableParameters }) => trainableParameters).filter((count) => count > 0);
    expect(counts).toEqual([156, 12, 1516, 32, 48_120, 10_164]);
  });

  it.each([
    [11, 9_220_480],
    [13, 9_404_992],
    [16, 14_714_688],
    ['16C', 9_996_096],
    [19, 20_024_384],
  ] as const)('VGG-%s: its convolutions alone', (depth, parameters) => {
    const convolutions = zoo
      .vgg({ depth })
      .summary()
      .rows.filter(({ kind }) => kind === 'conv2d');
    expect(convolutions.reduce((sum, row) => sum + row.trainableParameters, 0)).toBe(parameters);
  });

  it('LeNet-5 of 1998: 340,908 connections, biases included', () => {
    const connections = zoo
      .lenet5Classic()
      .summary()
      .rows.map(({ kind, macs, outputShape }) => {
        const outputs = outputShape.reduce((product, extent) => product * extent, 1);
        if (kind === 'subsampling2d') return 5 * outputs;
        return kind === 'radialBasis' ? macs : macs > 0 ? macs + outputs : 0;
      });
    expect(connections.filter((count) => count > 0)).toEqual([122_304, 5_880, 151_600, 2_000, 48_120, 10_164, 840]);
  });

  it("Kim's static and multichannel networks: what is learned of the vectors", () => {
    const small = { vocabulary: 50, size: 12, vectors: new Float32Array(600) };
    const counts = (options: zoo.TextCnnOptions) => {
      const { trainableParameters, otherParameters } = zoo.textCnn(options).summary();
      return [trainableParameters, otherParameters];
    };
    const rest = 100 * 12 * (3 + 4 + 5) + 300 + 602;
    expect(counts({ ...small, variant: 'static' })).toEqual([rest, 600]);
    expect(counts({ ...small, variant: 'nonStatic' })).toEqual([rest + 600, 0]);
    expect(counts({ ...small, variant: 'multichannel' })).toEqual([rest + 600, 600]);
  });

  it('airbench94: 1.97 million, its whitening filters and scales frozen', () => {
    const model = zoo.airbench94(); // allocates them
    const total = (trainable: boolean): number =>
      model.parameters.reduce(
        (sum, p) => sum + (p.trainable === trainable ? p.shape.reduce((a, b) => a * b, 1) : 0),
        0,
      );
    const [frozen, scales, statistics] = [2 * 2 * 3 * 24, 2 * (64 + 256 + 256), 4 * (64 + 256 + 256)];
    expect(total(false)).toBe(frozen + scales + statistics);
    expect(total(true) + frozen).toBe(1_971_640);
    expect(rounded(model.summary().macs / 1e6, 118.1)).toBe(118.1);
    model.dispose();
  });
});

/** Output extents of the layers that match, in forward order, without repetitions. */
const extents = (model: Model, kinds: RegExp): number[] =>
  model.summary().rows.flatMap(({ kind, outputShape }) => (kinds.test(kind) ? [outputShape[0] as number] : []));

describe('sizes of the maps', () => {
  it('LeNet-5: 28, 14, 10, 5, 1', () => {
    expect(extents(zoo.lenet5(), /conv|pool/i)).toEqual([28, 14, 10, 5, 1]);
    expect(extents(zoo.lenet5Classic(), /conv|subsampling/i)).toEqual([28, 14, 10, 5, 1]);
    expect(extents(zoo.lenet5({ inputShape: [28, 28, 1] }), /conv|pool/i)).toEqual([28, 14, 10, 5, 1]);
  });

  it('AlexNet: 55, 27, 13, 6', () => {
    expect(extents(zoo.alexnet(), /conv|pool/i)).toEqual([55, 27, 27, 13, 13, 13, 13, 6]);
  });

  it('ZFNet: 110, 55, 26, 13, 13, 13, 13, 6', () => {
    expect(extents(zoo.zfnet(), /conv|pool/i)).toEqual([110, 55, 26, 13, 13, 13, 13, 6]);
  });

  it('VGG: 224, 112, 56, 28, 14, 7', () => {
    expect(extents(zoo.vgg({ depth: 16 }), /maxPool/)).toEqual([112, 56, 28, 14, 7]);
  });

  it('GoogLeNet: the modules put out what table 1 says', () => {
    const modules = zoo
      .googlenet()
      .summary()
      .rows.filter(({ kind }) => kind === 'parallel');
    expect(modules.map(({ path, outputShape }) => `${path} ${outputShape.join('×')}`)).toEqual([
      'inception3a 28×28×256',
      'inception3b 28×28×480',
      'inception4a 14×14×512',
      'inception4b 14×14×512',
      'inception4c 14×14×512',
      'inception4d 14×14×528',
      'inception4e 14×14×832',
      'inception5a 7×7×832',
      'inception5b 7×7×1024',
    ]);
  });

  it.each([
    ['3a', 163_696],
    ['3b', 388_736],
    ['4a', 376_176],
    ['4b', 449_160],
    ['4c', 510_104],
    ['4d', 605_376],
    ['4e', 868_352],
    ['5a', 1_043_456],
    ['5b', 1_444_080],
  ])('GoogLeNet: module %s has %i parameters', (name, parameters) => {
    const rows = zoo
      .googlenet()
      .summary()
      .rows.filter(({ path }) => path.startsWith(`inception${name}.`));
    expect(rows.reduce((sum, row) => sum + row.trainableParameters, 0)).toBe(parameters);
  });

  it('ResNet: 112, 56, then 56, 28, 14, 7 by stage; for CIFAR-10 32, 16, 8', () => {
    const stages = (model: Model, count: number) =>
      Array.from({ length: count }, (_, stage) => {
        const inside = model.summary().rows.filter(({ path }) => path.startsWith(`layer${stage + 1}.`));
        return inside.at(-1)?.outputShape.join('×');
      });
    const resnet = zoo.resnet();
    expect(extents(resnet, /conv2d|maxPool/).slice(0, 2)).toEqual([112, 56]);
    expect(stages(resnet, 4)).toEqual(['56×56×256', '28×28×512', '14×14×1024', '7×7×2048']);
    expect(stages(zoo.resnetCifar(), 3)).toEqual(['32×32×16', '16×16×32', '8×8×64']);
  });

  it('street numbers: 54, 27, 27, 14, 14, 7, 7, 4, 4', () => {
    expect(extents(zoo.streetNumbers(), /maxPool/)).toEqual([27, 27, 14, 14, 7, 7, 4, 4]);
  });

  it('street numbers: a family by depth, with one dense layer up to 7 hidden ones', () => {
    const kinds = (depth: number) => {
      const rows = zoo.streetNumbers({ depth, ...eighth }).summary().rows;
      const count = (path: RegExp) => rows.filter((row) => path.test(row.path)).length;
      return [count(/conv$/), count(/^local$/), count(/^dense\d$/)];
    };
    expect([3, 4, 5, 6, 7, 8, 9, 10, 11].map(kinds)).toEqual(
      [1, 2, 3, 4, 5, 5, 6, 7, 8].map((convolutions, index) => [convolutions, 1, index < 5 ? 1 : 2]),
    );
  });
});

/** Receptive fields of the layers that match, in forward order. */
const fields = (model: Model, kinds: RegExp): (number | undefined)[] =>
  model
    .summary()
    .rows.filter(({ kind }) => kinds.test(kind))
    .map(({ receptiveField }) => receptiveField?.height.size);

describe('receptive fields', () => {
  it.each<[string, () => Model, RegExp, number[]]>([
    ['LeNet-5', zoo.lenet5, /conv|pool/i, [5, 6, 14, 16, 32]],
    ['AlexNet', zoo.alexnet, /conv|pool/i, [11, 19, 51, 67, 99, 131, 163, 195]],
    ['ZFNet, its last', () => zoo.zfnet(), /maxPool/, [11, 43, 171]],
    ['VGG-16, its pools', () => zoo.vgg({ depth: 16 }), /maxPool/, [6, 16, 44, 100, 212]],
    ['street numbers', zoo.streetNumbers, /^conv2d/, [5, 14, 24, 42, 62, 98, 138, 210]],
  ])('%s', (_, build, kinds, sizes) => {
    expect(fields(build(), kinds)).toEqual(sizes);
  });

  it('VGG-19: conv1_1 3 … conv5_4 252, pool5 268, jump 32', () => {
    const model = zoo.vgg();
    expect(fields(model, /conv|maxPool/)).toEqual([
      ...[3, 5, 6, 10, 14, 16, 24, 32, 40, 48, 52, 68, 84, 100, 116, 124, 156, 188, 220, 252, 268],
    ]);
    const last = model.summary().rows.findLast(({ kind }) => kind === 'maxPool2d');
    expect(last?.receptiveField?.height.jump).toBe(32);
  });

  it('street numbers, after the last maximum: 226, jump 16', () => {
    const last = zoo
      .streetNumbers()
      .summary()
      .rows.findLast(({ kind }) => kind === 'maxPool2d');
    expect(last?.receptiveField?.height).toMatchObject({ size: 226, jump: 16 });
  });

  it('VGG-16: conv5_3 196', () => {
    expect(fields(zoo.vgg({ depth: 16 }), /conv2d/).at(-1)).toBe(196);
  });

  it.each<[string, zoo.ResnetOptions, number]>([
    ['ResNet-18', { depth: 18 }, 435],
    ['ResNet-34', { depth: 34 }, 899],
    ['ResNet-50', { depth: 50 }, 427],
    ['ResNet-101', { depth: 101 }, 971],
    ['ResNet-152', { depth: 152 }, 1451],
    ['ResNet-50 v1', { depth: 50, version: 'v1' }, 483],
    ['ResNet-101 v1', { depth: 101, version: 'v1' }, 1027],
    ['ResNet-152 v1', { depth: 152, version: 'v1' }, 1507],
  ])('%s, jump 32', (_, options, size) => {
    const last = zoo
      .resnet(options)
      .summary()
      .rows.findLast(({ kind }) => kind === 'residual');
    expect(last?.receptiveField?.height).toMatchObject({ size, jump: 32 });
  });

  it.each([
    [8, 25],
    [20, 81],
    [32, 137],
    [44, 193],
    [56, 249],
    [110, 501],
  ])('ResNet-%i for CIFAR-10: %i, jump 4', (depth, size) => {
    const last = zoo
      .resnetCifar({ depth })
      .summary()
      .rows.findLast(({ kind }) => kind === 'residual');
    expect(last?.receptiveField?.height).toMatchObject({ size, jump: 4 });
  });
});
