/** The process that kill.test.ts kills: trains with checkpoints in the folder argv[2], from the newest one there, and writes the weights. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { checkpoint, latestCheckpoint } from '../../lib/io/index.js';
import { adam } from '../../lib/optimizers/index.js';
import { weightsOf } from '../training/support.js';
import { smallNet, train } from './support.js';

async function main([directory = '', everySteps = '3', epochs = '30']: readonly string[]): Promise<void> {
  const model = smallNet();
  const resume = await latestCheckpoint(directory);
  const saved = checkpoint({ directory, everySteps: Number(everySteps) });
  await train(model, {
    epochs: Number(epochs),
    optimizer: adam({ learningRate: 0.002 }),
    callbacks: [saved, { onTrainBegin: ({ step }) => void process.stdout.write(`from ${step}\n`) }],
    resume,
  });
  writeFileSync(path.join(directory, 'weights.json'), JSON.stringify(await weightsOf(model)));
}

void main(process.argv.slice(2));
