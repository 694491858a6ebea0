// Parameters and multiply-accumulates of published networks, counted from shapes alone; networks.ts' are in summary.test.ts.
import { describe, expect, it } from 'vitest';
import type { Model } from '../../lib/models/model.js';
import { googlenet, googlenetNormed, inceptionModule } from './googlenet.js';
import * as more from './more_networks.js';
import { vgg } from './networks.js';

const parametersOf = (model: Model): number => model.summary().trainableParameters;
const total = ({ main, sides }: { main: Model; sides: readonly Model[] }): number =>
  [main, ...sides].reduce((sum, model) => sum + parametersOf(model), 0);

describe('parameters of published networks', () => {
  it.each([
    ['VGG-11', () => vgg(1, 1, 2, 2, 2), 132_863_336],
    ['VGG-11 with batch norm', () => more.vggNormed(1, 1, 2, 2, 2), 132_868_840],
    ['VGG-13 with batch norm', () => more.vggNormed(2, 2, 2, 2, 2), 133_053_736],
    ['VGG-16 with batch norm', () => more.vggNormed(2, 2, 3, 3, 3), 138_365_992],
    ['VGG-19 with batch norm', () => more.vggNormed(2, 2, 4, 4, 4), 143_678_248],
    ['VGG-16 C', more.vgg16C, 133_638_952],
    ['AlexNet without groups', more.alexnetWithoutGroups, 62_378_344],
    ["torchvision's AlexNet", more.alexnetOneTower, 61_100_840],
    ['ZFNet', more.zfnet, 62_357_608],
    ["Caffe's LeNet", more.caffeLenet, 431_080],
    ['LeNet-5 of 1998', more.classicLenet5, 60_000],
    ['ResNet-18 without projections', () => more.resnetWithoutProjections(2, 2, 2, 2), 11_515_688],
    ['ResNet-34 without projections', () => more.resnetWithoutProjections(3, 4, 6, 3), 21_623_848],
    ["Kim's network for sentences", more.kim, 5_990_702],
    ['street numbers', () => more.streetNumbers([48, 64, 128, 160, 192, 192, 192, 192], 3072), 38_142_809],
    ['street numbers, a quarter as wide', () => more.streetNumbers([12, 16, 32, 40, 48, 48, 48, 48], 768), 2_420_801],
    ['street numbers, an eighth as wide', () => more.streetNumbers([8, 8, 16, 20, 24, 24, 24, 24], 384), 618_373],
  ])('%s', (_, build: () => Model, parameters) => {
    expect(parametersOf(build())).toBe(parameters);
  });

  it.each([
    [8, 1, 75_290, 78_042],
    [14, 2, 172_506, 175_258],
    [20, 3, 269_722, 272_474],
    [32, 5, 464_154, 466_906],
    [44, 7, 658_586, 661_338],
    [56, 9, 853_018, 855_770],
    [110, 18, 1_727_962, 1_730_714],
    [1202, 200, 19_421_274, 19_424_026],
  ])('ResNet-%i for CIFAR-10, shortcuts A and B', (_, n, a, b) => {
    expect(parametersOf(more.cifarResnet(n, 'A'))).toBe(a);
    expect(parametersOf(more.cifarResnet(n, 'B'))).toBe(b);
  });

  it.each([
    ['3a', 192, 28, 256, 163_696],
    ['3b', 256, 28, 480, 388_736],
    ['4a', 480, 14, 512, 376_176],
    ['4b', 512, 14, 512, 449_160],
    ['4c', 512, 14, 512, 510_104],
    ['4d', 512, 14, 528, 605_376],
    ['4e', 528, 14, 832, 868_352],
    ['5a', 832, 7, 832, 1_043_456],
    ['5b', 832, 7, 1024, 1_444_080],
  ] as const)('GoogLeNet, module %s', (name, channels, extent, out, parameters) => {
    const model = inceptionModule(name, channels, extent);
    expect(model.outputShape).toEqual([extent, extent, out]);
    expect(parametersOf(model)).toBe(parameters);
  });

  it('GoogLeNet, without and with its classifiers on the side', () => {
    expect(parametersOf(googlenet().main)).toBe(6_998_552);
    expect(total(googlenet())).toBe(13_378_280);
  });

  it("torchvision's GoogLeNet, without and with its classifiers on the side", () => {
    expect(parametersOf(googlenetNormed().main)).toBe(6_624_904);
    expect(total(googlenetNormed())).toBe(13_004_888);
  });
});

describe('multiply-accumulates of published networks, in millions', () => {
  it.each([
    ['VGG-11', () => vgg(1, 1, 2, 2, 2), 7609],
    ['VGG-16 C', more.vgg16C, 11_771],
    ['AlexNet without groups', more.alexnetWithoutGroups, 1135],
    ["torchvision's AlexNet", more.alexnetOneTower, 714],
    ['ZFNet', more.zfnet, 1168],
    ["Caffe's LeNet", more.caffeLenet, 2.293],
    ['GoogLeNet', () => googlenet().main, 1583],
    ["torchvision's GoogLeNet", () => googlenetNormed().main, 1498],
    ['ResNet-20 for CIFAR-10', () => more.cifarResnet(3, 'A'), 40.55],
    ["Kim's network for sentences", more.kim, 21.9],
    ['street numbers', () => more.streetNumbers([48, 64, 128, 160, 192, 192, 192, 192], 3072), 626.5],
    ['street numbers, a quarter as wide', () => more.streetNumbers([12, 16, 32, 40, 48, 48, 48, 48], 768), 45.1],
    ['street numbers, an eighth as wide', () => more.streetNumbers([8, 8, 16, 20, 24, 24, 24, 24], 384), 14.9],
  ])('%s', (_, build: () => Model, millions) => {
    const digits = String(millions).split('.')[1]?.length ?? 0;
    expect(Number((build().summary().macs / 1e6).toFixed(digits))).toBe(millions);
  });
});
