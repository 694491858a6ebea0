// Writes the table of docs/conformance.md: for each op, which proofs there are and whether they passed.
//
//   npm run conformance                     runs the tests of ops and the oracle's once per instruction set, then writes
//   node scripts/conformance.mjs R.json …   takes vitest reports instead; a file is named after its instruction set
//
// What counts as what: forward oracle, adjoint and exactness come from the cases in test/fixtures/oracle, from the tests on drawn
// shapes of test/ops/generated.test.ts, or from the titles and helpers of test/ops/<op>.test.ts. Nothing counts unless the tests passed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const document = path.join(root, 'docs/conformance.md');
const [begin, end] = ['<!-- table: npm run conformance -->', '<!-- end of table -->'];
const instructionSets =
  process.arch === 'arm64'
    ? ['neon']
    : ['scalar', ...['avx2', 'avx512'].filter((isa) => readFileSync('/proc/cpuinfo', 'utf8').includes(isa))];

const read = (file) => readFileSync(path.join(root, file), 'utf8');
const yes = (condition) => (condition ? '✓' : '–');

/** Runs the tests under one instruction set; returns the report's file. */
function runTests(isa, folder) {
  const report = path.join(folder, `${isa}.json`);
  console.log(`running test/ops and test/oracle with CONVGRAD_ISA=${isa} …`);
  spawnSync('npx', ['vitest', 'run', 'test/ops', 'test/oracle', '--reporter=json', `--outputFile=${report}`], {
    cwd: root,
    env: { ...process.env, CONVGRAD_ISA: isa },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return report;
}

/** Exported functions of lib/ops and the files they are in. */
function exportedOps() {
  const exports = read('lib/ops/index.ts').matchAll(/export (type )?\{([^}]*)\} from '\.\/(\w+)\.js'/g);
  return [...exports]
    .filter(([, type]) => type === undefined)
    .flatMap(([, , names, file]) =>
      names
        .split(',')
        .map((name) => name.trim())
        .filter((name) => /^[a-z]\w*$/.test(name))
        .map((name) => ({ name, file })),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Cases by op. */
function oracleCases() {
  const folder = path.join(root, 'test/fixtures/oracle');
  const cases = readdirSync(folder).flatMap((file) => {
    const bytes = readFileSync(path.join(folder, file));
    const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE())).toString());
    return JSON.parse(header.__metadata__.cases);
  });
  return (op) => cases.filter((one) => one.op === op);
}

/** Whether every test of a file, or every one whose title begins so, passed, and there was one. */
function passed(report, file, title = '') {
  const suite = report.testResults.find(({ name }) => name.endsWith(file));
  const tests = suite?.assertionResults.filter((test) => test.title.startsWith(title)) ?? [];
  return tests.length > 0 && tests.every(({ status }) => status === 'passed');
}

function row({ name, file }, reports, casesOf) {
  const cases = casesOf(name);
  const test = `test/ops/${file}.test.ts`;
  const source = existsSync(path.join(root, test)) ? read(test) : '';
  const all = [...reports.values()];
  const oraclePasses = (report) => passed(report, 'test/oracle/fixtures.test.ts', `${name} agrees`);
  const oracle = cases.length > 0 && all.every(oraclePasses);
  const own = source !== '' && all.every((report) => passed(report, test));
  const drawn = (title) => all.every((report) => passed(report, 'test/ops/generated.test.ts', `${name} ${title}`));
  const checked = drawn('has the gradient') || (own && /\bcheckGradient/.test(source));
  const without = !checked && /not differentiable|non-differentiable|no gradient/i.test(read(`lib/ops/${file}.ts`));
  const under = [...reports].filter(
    ([, report]) => passed(report, test) && (cases.length === 0 || oraclePasses(report)),
  );
  return [
    `\`${name}\``,
    oracle ? `${cases.length}` : '–',
    without ? 'none' : yes(checked),
    yes(
      drawn('is adjoint') ||
        (oracle && cases.some(({ linear }) => linear)) ||
        (own && /expectAdjoint|adjoint|is the transpose of/.test(source)),
    ),
    yes(
      (oracle && cases.some(({ exact }) => exact)) || (own && /expectExact|exact(ly)? (on|for) integers/.test(source)),
    ),
    under.length > 0 ? under.map(([isa]) => isa).join(', ') : '–',
  ];
}

const given = process.argv.slice(2);
const folder = mkdtempSync(path.join(tmpdir(), 'conformance-'));
const files = given.length > 0 ? given : instructionSets.map((isa) => runTests(isa, folder));
const reports = new Map(files.map((file) => [path.basename(file, '.json'), JSON.parse(readFileSync(file, 'utf8'))]));
const casesOf = oracleCases();
const ops = exportedOps();
const rows = ops.map((op) => row(op, reports, casesOf));
const missing = (column) => rows.filter((cells) => cells[column] === '–').length;
const table = [
  '| op | oracle cases | gradient check | adjoint | exact | instruction sets |',
  '|---|--:|:-:|:-:|:-:|---|',
  ...rows.map((cells) => `| ${cells.join(' | ')} |`),
  '',
  `${ops.length} functions; without oracle ${missing(1)}, without gradient check ${missing(2)}.`,
].join('\n');
const text = readFileSync(document, 'utf8');
const [before, rest] = text.split(begin);
const [, after] = rest.split(end);
writeFileSync(document, `${before}${begin}\n\n${table}\n\n${end}${after}`);
console.log(table);
