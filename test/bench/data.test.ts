// What is measured of a pipeline: shares of the time, whatever the machine.
import { expect, it } from 'vitest';
import { measurePipeline, pipelines } from '../../bench/data_pipelines.js';

it.each(pipelines)('a training of ResNet-20 on images from $name', async (pipeline) => {
  const row = await measurePipeline(pipeline, { seconds: 0.01, count: 48, batch: 16, steps: 2 });
  expect([row.case, row.batch]).toEqual([pipeline.name, 16]);
  expect(row.stepSeconds).toBeGreaterThan(0);
  expect(row.fixedStepSeconds).toBeGreaterThan(0);
  for (const share of [row.waiting, row.dataWait]) {
    expect(share).toBeGreaterThanOrEqual(0);
    expect(share).toBeLessThan(1);
  }
});
