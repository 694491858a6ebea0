// Answers binding.gyp's questions: `node scripts/gyp.mjs sources` prints every native/**/*.cpp,
// `... includes` prints the folders of the Node-API headers.
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);

export function nativeSources(root = '.') {
  return readdirSync(path.join(root, 'native'), { recursive: true })
    .filter((file) => file.endsWith('.cpp'))
    .map((file) => `native/${file.split(path.sep).join('/')}`)
    .sort();
}

export function headerFolders() {
  return [require('node-api-headers').include_dir, require('node-addon-api').include_dir.replaceAll('"', '')];
}

if (process.argv[2] === 'sources') console.log(nativeSources().join('\n'));
if (process.argv[2] === 'includes') console.log(headerFolders().join('\n'));
