import { describe, expect, it } from 'vitest';
import { encodePng, type Image8 } from '../../lib/formats/png.js';
import { tensor } from '../../lib/tensor/tensor.js';
import { contactSheet } from '../../lib/vis/contact_sheet.js';
import { filterTiles } from '../../lib/vis/filters.js';

const pixel = ({ width, data }: Image8, x: number, y: number) =>
  Array.from(data.slice((y * width + x) * 3, (y * width + x) * 3 + 3));

describe('contactSheet', () => {
  it('shows every pixel of a tile as a square of the given scale', () => {
    const tile = { width: 2, height: 1, channels: 1, data: Uint8Array.of(10, 200) } as const;
    const sheet = contactSheet([{ heading: '', tiles: [tile], scale: 4 }]);
    const [left, top] = [12, 12];
    expect([pixel(sheet, left, top), pixel(sheet, left + 3, top + 3), pixel(sheet, left + 4, top)]).toEqual([
      [10, 10, 10],
      [10, 10, 10],
      [200, 200, 200],
    ]);
  });

  it('writes headings and captions, and a PNG', () => {
    const tile = { width: 8, height: 8, channels: 3, data: new Uint8Array(192).fill(250), caption: '7>1' } as const;
    const sheet = contactSheet([{ heading: 'wrong', tiles: Array.from({ length: 20 }, () => tile), columns: 5 }]);
    expect(sheet.data).toContain(30);
    expect(Array.from(encodePng(sheet).slice(1, 4))).toEqual([...'PNG'].map((c) => c.charCodeAt(0)));
  });

  it('rejects a tile whose data do not fit', () => {
    const tile = { width: 2, height: 2, channels: 1, data: new Uint8Array(3) } as const;
    expect(() => contactSheet([{ heading: '', tiles: [tile] }])).toThrow(
      'a tile of 2×2 pixels with 1 channels needs 4 bytes, but has 3',
    );
  });
});

describe('filterTiles', () => {
  it('maps weights to grey levels: zero to the middle, the largest in magnitude to an end', async () => {
    const [first, second] = await filterTiles(tensor([1, 0, -2, 4, 0, 0], [3, 1, 1, 2]));
    expect(Array.from(first?.data ?? [])).toEqual([191, 0, 128]);
    expect(Array.from(second?.data ?? [])).toEqual([128, 255, 128]);
  });

  it('takes filters on grey or colour images only', async () => {
    await expect(filterTiles(tensor(new Float32Array(8), [1, 1, 2, 4]))).rejects.toThrow(
      'filterTiles: filter must have 1 or 3 input channels',
    );
  });
});
