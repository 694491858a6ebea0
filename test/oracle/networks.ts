// npm run test:networks -- [names]: torchvision's networks with random weights, in both libraries.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemInfo } from '../../lib/native.js';
import { compareGradients, compareLogits, networks, trained } from './network_cases.js';
import { python, torchVersion } from './torch.js';

const script = fileURLToPath(new URL('../../scripts/oracle/networks.py', import.meta.url));
const tolerance = 1e-4;

/** The comparisons of one network, each as a line and an error. */
async function compare(folder: string, name: string): Promise<[string, number][]> {
  const network = networks[name];
  if (network) {
    const error = await compareLogits(folder, name, network.build(), network.options);
    return [['logits, float32', error]];
  }
  const step = trained.find((known) => known === name);
  if (!step)
    throw new Error(`there is no network '${name}'; there are ${[...Object.keys(networks), ...trained].join(', ')}`);
  const { parameters, loss, worst } = await compareGradients(folder, step);
  return [
    ['loss of a training step, float64', loss],
    [`${parameters} gradients, float64, the worst ${worst.name}`, worst.error],
  ];
}

async function main(): Promise<void> {
  const version = torchVersion();
  if (version === undefined) {
    console.warn(
      `SKIPPED: ${python} has no PyTorch (Debian: apt install python3-torchvision), so nothing was compared`,
    );
    return;
  }
  const given = process.argv.slice(2);
  const folder = await mkdtemp(path.join(tmpdir(), 'convgrad-networks-'));
  try {
    for (const name of given.length > 0 ? given : [...Object.keys(networks), ...trained]) {
      const environment = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONWARNINGS: 'ignore' };
      const { status } = spawnSync(python, [script, 'live', name, folder], { stdio: 'inherit', env: environment });
      if (status !== 0) throw new Error(`${script} failed for ${name}`);
      for (const [what, error] of await compare(folder, name)) {
        const verdict = error <= tolerance ? 'agree' : 'FAIL ';
        if (!(error <= tolerance)) process.exitCode = 1;
        console.log(`${verdict}  ${name.padEnd(20)} ${error.toExponential(1).padStart(8)}  ${what}`);
      }
      await rm(path.join(folder, `${name}.safetensors`), { force: true });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  console.log(`\nrelative errors against PyTorch ${version} in float64 (${systemInfo().isa}); tolerance ${tolerance}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
