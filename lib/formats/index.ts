// File formats: bytes to arrays and back.
export { type ByteSource, byteSource } from './byte_source.js';
export { type CsvRecord, decodeCsv } from './csv.js';
export { decodeIdx, encodeIdx } from './idx.js';
export { decodeMat, type MatArray, type MatData } from './mat.js';
export { encodePng, type Image8 } from './png.js';
export { type DecodedPng, type DecodePngOptions, decodePng } from './png_decode.js';
export { decodeSafetensors, encodeSafetensors, type NamedArray, safetensorsPieces } from './safetensors.js';
export { type TarEntry, tarEntries } from './tar.js';
export {
  checkShardSizes,
  decodeTfjs,
  decodeTfjsWeights,
  encodeTfjs,
  type TfjsFile,
  type TfjsGroup,
  type TfjsModel,
  type TfjsWeight,
} from './tfjs.js';
