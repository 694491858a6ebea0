// File formats: bytes to arrays and back.
export { decodeIdx, encodeIdx } from './idx.js';
export { encodePng, type Image8 } from './png.js';
export { decodeSafetensors, encodeSafetensors, type NamedArray, safetensorsPieces } from './safetensors.js';
