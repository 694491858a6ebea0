// Tables of text: columns as wide as their longest cell, two spaces apart, a rule under the heading and one before the closing line.

/** A column: its heading, and whether its cells are numbers, which stand to the right. */
export interface TableColumn {
  readonly heading: string;
  readonly numeric: boolean;
}

/** Lays rows of cells out under their headings; `closing` stands below them. */
export function formatTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  closing: string,
): string {
  const table = [columns.map(({ heading }) => heading), ...rows];
  const widths = columns.map((_, column) => Math.max(...table.map((row) => (row[column] as string).length)));
  const align = (cell: string, column: number): string =>
    columns[column]?.numeric ? cell.padStart(widths[column] as number) : cell.padEnd(widths[column] as number);
  const [heading, ...lines] = table.map((row) => row.map(align).join('  ').trimEnd()) as [string, ...string[]];
  const rule = '─'.repeat(Math.max(...[heading, ...lines].map((line) => line.length)));
  return [heading, rule, ...lines, rule, closing].join('\n');
}

/** `12,345` */
export const grouped = (count: number): string => count.toLocaleString('en-US');

/** Four figures and a unit: `39.20 k`. */
export function compact(count: number): string {
  for (const [unit, letter] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (count >= unit) return `${(count / unit).toPrecision(4)} ${letter}`;
  }
  return String(count);
}
