// The page of a report: one HTML file that needs no other, its pictures inside.
import { encodePng, type Image8 } from '../formats/png.js';

/** A picture with a line of text below. */
export interface Figure {
  readonly image: Image8;
  readonly caption?: string;
  /** Width on the page in CSS pixels, default the image's own. */
  readonly width?: number;
}

/** A part of the report. */
export interface Part {
  readonly title: string;
  /** What is to be seen, in a sentence or two. */
  readonly text: string;
  readonly figures?: readonly Figure[];
  /** Shares of one, the largest first. */
  readonly bars?: readonly { readonly label: string; readonly share: number }[];
  /** Text with its own line breaks, folded away under this name. */
  readonly details?: { readonly summary: string; readonly text: string };
}

const style = `
:root { color-scheme: light dark; --ink: #1d2530; --soft: #5b6673; --paper: #fbfbfa; --line: #dfe3e8; --bar: #2c6ca0 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebef; --soft: #9aa5b1; --paper: #15181c; --line: #30363d; --bar: #5a9bd0 } }
body { margin: 0 auto; padding: 2.5rem 1.5rem 4rem; max-width: 68rem; font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
h1 { font-size: 1.7rem; margin: 0 0 .2rem } h2 { font-size: 1.2rem; margin: 2.6rem 0 .3rem; border-top: 1px solid var(--line); padding-top: 1.2rem }
p { margin: .2rem 0 1rem; color: var(--soft); max-width: 46rem }
.figures { display: flex; flex-wrap: wrap; gap: 1.1rem; align-items: flex-start } figure { margin: 0 } img { display: block; max-width: 100%; image-rendering: pixelated; border-radius: 3px }
figcaption { font-size: .82rem; color: var(--soft); padding-top: .3rem }
.bars { display: grid; grid-template-columns: max-content 1fr 4.5rem; gap: .35rem .8rem; max-width: 36rem; align-items: center; margin: 1rem 0 }
.bars i { display: block; height: .8rem; background: var(--bar); border-radius: 2px; min-width: 1px } .bars span { font-variant-numeric: tabular-nums }
pre { overflow-x: auto; font-size: .78rem; line-height: 1.4 } summary { cursor: pointer; color: var(--soft) }`;

/** Text that is no markup. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function figure({ image, caption, width = image.width }: Figure): string {
  const source = `data:image/png;base64,${Buffer.from(encodePng(image)).toString('base64')}`;
  const text = escapeHtml(caption ?? '');
  return `<figure><img src="${source}" width="${width}" alt="${text}"><figcaption>${text}</figcaption></figure>`;
}

function part({ title, text, figures = [], bars = [], details }: Part): string {
  const rows = bars.map(({ label, share }) => {
    const percent = `${(100 * share).toFixed(1)} %`;
    return `<span>${escapeHtml(label)}</span><i style="width:${(100 * share).toFixed(2)}%"></i><span>${percent}</span>`;
  });
  return [
    `<h2>${escapeHtml(title)}</h2>\n<p>${escapeHtml(text)}</p>`,
    ...(rows.length > 0 ? [`<div class="bars">${rows.join('')}</div>`] : []),
    ...(figures.length > 0 ? [`<div class="figures">${figures.map(figure).join('\n')}</div>`] : []),
    ...(details
      ? [`<details><summary>${escapeHtml(details.summary)}</summary><pre>${escapeHtml(details.text)}</pre></details>`]
      : []),
  ].join('\n');
}

/** The whole page. */
export function page(title: string, subtitle: string, parts: readonly Part[]): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(subtitle)}</p>
${parts.map(part).join('\n')}
</html>
`;
}
