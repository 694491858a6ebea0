// Errors of the ImageNet challenge by year as a bar chart, with the depth of the networks that won: one SVG file.
import { type ChallengeYear, structureOf } from './imagenet_years.js';

const size = { width: 720, height: 400, left: 52, right: 16, top: 56, bottom: 64 };
const gridStep = 5;

const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/** One bar for each year; darker where the zoo builds the network, with its depth above. */
export function chartOf(years: readonly ChallengeYear[]): string {
  const { width, height, left, right, top, bottom } = size;
  const highest = gridStep * Math.ceil(Math.max(...years.map(({ top5Error }) => top5Error)) / gridStep);
  const base = height - bottom;
  const y = (error: number): number => base - (error / highest) * (base - top);
  const step = (width - left - right) / years.length;
  const text = (x: number, at: number, content: string, style: string): string =>
    `<text x="${round(x)}" y="${round(at)}" ${style}>${escaped(content)}</text>`;
  const grid = Array.from({ length: highest / gridStep + 1 }, (_, line) => {
    const at = y(line * gridStep);
    return (
      `<line x1="${left}" x2="${width - right}" y1="${round(at)}" y2="${round(at)}" stroke="#ddd"/>` +
      text(left - 8, at + 4, `${line * gridStep} %`, 'text-anchor="end" fill="#666"')
    );
  });
  const bars = years.map(({ year, winner, top5Error, build }, index) => {
    const x = left + (index + 0.14) * step;
    const middle = x + 0.36 * step;
    const depth = build ? `${structureOf(build()).depth} layers` : '';
    return [
      `<rect x="${round(x)}" y="${round(y(top5Error))}" width="${round(0.72 * step)}" height="${round(base - y(top5Error))}" fill="${build ? '#2563a8' : '#a9bdd3'}"/>`,
      text(middle, y(top5Error) - (depth ? 22 : 7), top5Error.toFixed(1), 'text-anchor="middle" font-weight="bold"'),
      depth && text(middle, y(top5Error) - 7, depth, 'text-anchor="middle" fill="#2563a8"'),
      text(middle, base + 20, String(year), 'text-anchor="middle"'),
      text(middle, base + 38, winner.replace(/,.*/, ''), 'text-anchor="middle" fill="#666" font-size="11"'),
    ].join('\n');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="13">
<rect width="100%" height="100%" fill="white"/>
${text(left, 28, 'ImageNet classification: top-5 error of the winner, test set', 'font-size="16" font-weight="bold"')}
${grid.join('\n')}
${bars.join('\n')}
</svg>
`;
}

const round = (value: number): number => Math.round(10 * value) / 10;
