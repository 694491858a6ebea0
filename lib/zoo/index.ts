// The published networks, by the names users write.
export { type Airbench94Options, airbench94 } from './airbench94.js';
export { type AlexnetOptions, alexnet } from './alexnet.js';
export { alexnetOneTower } from './alexnet_one_tower.js';
export { depthOf } from './depth.js';
export {
  type GooglenetAuxiliaryOptions,
  type GooglenetHeads,
  type GooglenetOptions,
  googlenet,
  googlenetLoss,
  googlenetWithAuxiliary,
} from './googlenet.js';
export { lenetCaffe } from './lenet_caffe.js';
export { lenet5, lenet5Classic, lenet5ClassicLoss } from './lenet5.js';
export { type MnistOneEpochOptions, mnistOneEpoch } from './mnist_one_epoch.js';
export { type MobilenetV1Options, mobilenetV1 } from './mobilenet_v1.js';
export { type MobilenetV2Options, mobilenetV2 } from './mobilenet_v2.js';
export type { NetworkOptions } from './network.js';
export type { Shortcut } from './residual_blocks.js';
export { type ResnetOptions, resnet } from './resnet.js';
export { type ResnetCifarOptions, resnetCifar } from './resnet_cifar.js';
export { readStreetNumbers, type StreetNumber, type StreetNumbersOptions, streetNumbers } from './street_numbers.js';
export { type TextCnnOptions, textCnn } from './text_cnn.js';
export { type VggOptions, vgg, vggFullyConvolutional } from './vgg.js';
export { zfnet } from './zfnet.js';
