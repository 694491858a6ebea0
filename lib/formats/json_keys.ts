/** The first key that some object of a valid JSON text has twice, which JSON.parse would silently drop; undefined when there is none. */
export function findDuplicateKey(json: string): string | undefined {
  const open: Set<string>[] = []; // keys of the objects and arrays around the current character, outermost first
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (character === '{' || character === '[') open.push(new Set());
    else if (character === '}' || character === ']') open.pop();
    if (character !== '"') continue;
    const start = i++;
    while (json[i] !== '"') i += json[i] === '\\' ? 2 : 1;
    if (!isKey(json, i + 1)) continue;
    const key = JSON.parse(json.slice(start, i + 1)) as string;
    const keys = open.at(-1);
    if (keys?.has(key)) return key;
    keys?.add(key);
  }
  return undefined;
}

/** Whether the string that ends before `at` is followed by a colon. */
function isKey(json: string, at: number): boolean {
  while (' \n\r\t'.includes(json[at] ?? ':')) at++;
  return json[at] === ':';
}
