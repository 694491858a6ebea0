// `npm run prebuild`: builds prebuilds/<platform>-<arch>/convgrad[.<libc>].node with prebuildify over binding.gyp.
//
// node-gyp would download Node's headers and empties build/, the home of the development build. Both are avoided:
// it runs in .prebuild/, on links to the sources, and is given a `nodedir` that holds nothing but a short common.gypi
// (the Node-API headers come from npm packages, by include path). Needs Python, as node-gyp does.
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stage = path.join(root, '.prebuild');
const headers = path.join(stage, 'headers');

const commonGypi = `{
  'target_defaults': {
    'configurations': { 'Release': { 'defines': ['NDEBUG'] }, 'Debug': {} },
    'conditions': [['OS=="mac"', { 'defines': ['_DARWIN_USE_64_BIT_INODE=1'] }]],
  },
}
`;

rmSync(stage, { recursive: true, force: true });
mkdirSync(path.join(headers, 'include/node'), { recursive: true });
writeFileSync(path.join(headers, 'include/node/common.gypi'), commonGypi);
writeFileSync(path.join(headers, 'include/node/config.gypi'), "{ 'variables': {}, 'target_defaults': {} }\n");
for (const file of ['package.json', 'binding.gyp']) cpSync(path.join(root, file), path.join(stage, file));
for (const folder of ['native', 'scripts', 'node_modules']) {
  symlinkSync(path.join(root, folder), path.join(stage, folder), 'junction');
}

// node-gyp before npm 11 reads the first name, later ones prefer the second.
process.env.npm_config_nodedir = headers;
process.env.npm_package_config_node_gyp_nodedir = headers;
process.env.JOBS ??= 'max';

const prebuildify = createRequire(import.meta.url)('prebuildify');
const options = { cwd: stage, out: root, napi: true, strip: true, tagLibc: process.platform === 'linux', targets: [] };
prebuildify(options, (error) => {
  if (error) throw error;
  rmSync(stage, { recursive: true, force: true });
});
