// Which part of every pixel lies inside polygons (winding number other than zero), from four lines through each row of pixels; along a
// line the cover is exact.

/** A closed polygon: x₀, y₀, x₁, y₁, … in pixels. */
export type Polygon = readonly number[];

const LINES = 4;

/** The cover of each pixel, 0 … 1, float32 [height, width]. */
export function fillPolygons(polygons: readonly Polygon[], height: number, width: number): Float32Array {
  const crossings: { x: number; direction: number }[][] = Array.from({ length: height * LINES }, () => []);
  for (const points of polygons) {
    const n = points.length;
    for (let i = 0; i < n; i += 2) {
      const [x0, y0] = [points[i] as number, points[i + 1] as number];
      const [x1, y1] = [points[(i + 2) % n] as number, points[(i + 3) % n] as number];
      if (y0 === y1) continue;
      const [top, bottom] = y0 < y1 ? [y0, y1] : [y1, y0];
      const first = Math.max(0, Math.ceil(top * LINES - 0.5)); // line l lies at (l + ½) / LINES
      const end = Math.min(crossings.length, Math.ceil(bottom * LINES - 0.5));
      for (let line = first; line < end; line++) {
        const x = x0 + (((line + 0.5) / LINES - y0) * (x1 - x0)) / (y1 - y0);
        crossings[line]?.push({ x, direction: y0 < y1 ? 1 : -1 });
      }
    }
  }
  const cover = new Float32Array(height * width);
  crossings.forEach((line, l) => {
    line.sort((a, b) => a.x - b.x);
    const row = cover.subarray(Math.floor(l / LINES) * width, (Math.floor(l / LINES) + 1) * width);
    let winding = 0;
    line.forEach(({ x, direction }, i) => {
      winding += direction;
      if (winding !== 0) addSpan(row, x, line[i + 1]?.x ?? x);
    });
  });
  return cover;
}

function addSpan(row: Float32Array, from: number, to: number): void {
  const [start, end] = [Math.max(from, 0), Math.min(to, row.length)];
  for (let p = Math.floor(start); p < end; p++)
    row[p] = (row[p] as number) + (Math.min(end, p + 1) - Math.max(start, p)) / LINES;
}
