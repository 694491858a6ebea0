// digitStruct.mat of SVHN's format 1: MATLAB 7.3, which is HDF5 behind 512 bytes, read by the package h5wasm.
//
//   digitStruct/name   N × 1 references to uint16 character codes
//   digitStruct/bbox   N × 1 references to groups { height, left, top, width, label }:
//                      a number each where there is one digit, else references to numbers
import { FormatError } from '../../tensor/errors.js';
import { readHdf5 } from './hdf5.js';

/** A digit and where it is, in pixels; boxes may reach beyond the picture. */
export interface DigitBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly digit: number;
}

/** A picture and its digits, from left to right as they are stored. */
export interface DigitPicture {
  readonly name: string;
  readonly digits: readonly DigitBox[];
}

/** The file's objects as they are used here. */
interface Data {
  readonly value: ArrayLike<unknown> | null;
}
interface Group extends Data {
  get(name: string): Data | null;
}
interface DigitFile {
  get(path: string): Group | null;
  dereference(reference: unknown): Group | null;
}

/** Nothing in a picture is further away, or larger. */
const MAX_PIXELS = 2 ** 16;
const fields = ['left', 'top', 'width', 'height', 'label'] as const;

/** Reads names, boxes and digits of all pictures. @throws ArgumentError, FormatError (rejects with) */
export async function readDigitStruct(subject: string, file: string): Promise<DigitPicture[]> {
  return readHdf5(subject, file, 'a digitStruct', (opened) => readPictures(opened as unknown as DigitFile, file));
}

function readPictures(h5: DigitFile, file: string): DigitPicture[] {
  const fail = (problem: string): never => {
    throw new FormatError(file, 512, problem);
  };
  const references = (path: string) => h5.get(path)?.value ?? fail(`has no dataset '${path}'`);
  const names = references('digitStruct/name');
  const boxes = references('digitStruct/bbox');
  if (names.length !== boxes.length) fail(`has ${names.length} names, but ${boxes.length} boxes`);
  return Array.from({ length: names.length }, (_, i) => {
    const codes = h5.dereference(names[i])?.value ?? fail(`picture ${i} has no name`);
    const name = String.fromCharCode(...Array.from(codes, Number));
    const group = h5.dereference(boxes[i]) ?? fail(`'${name}' has no boxes`);
    const columns = fields.map((field) => {
      const value = group.get(field)?.value ?? fail(`'${name}' has no ${field}`);
      const numbers = Array.from(value, (entry) =>
        typeof entry === 'number' ? entry : Number(h5.dereference(entry)?.value?.[0] ?? Number.NaN),
      );
      if (numbers.some((number) => !(Math.abs(number) <= MAX_PIXELS)))
        fail(`'${name}' has a ${field} that is no number from ${-MAX_PIXELS} to ${MAX_PIXELS}`);
      return numbers;
    }) as [number[], number[], number[], number[], number[]];
    const [lefts, tops, widths, heights, labels] = columns;
    if (columns.some((column) => column.length !== labels.length)) fail(`the boxes of '${name}' differ in number`);
    const digits = labels.map((label, d): DigitBox => {
      if (!Number.isInteger(label) || label < 0 || label > 10) fail(`'${name}' has label ${label}, expected 1 to 10`);
      const [width, height] = [widths[d] as number, heights[d] as number];
      if (!(width > 0 && height > 0)) fail(`'${name}' has a box of ${width} × ${height}`);
      return { left: lefts[d] as number, top: tops[d] as number, width, height, digit: label % 10 };
    });
    return { name, digits };
  });
}
