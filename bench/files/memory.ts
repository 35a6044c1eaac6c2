import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bench } from '../bench.js';
import { type Figure, type Measured, valueBelow } from '../figure.js';
import { makeDetectionFile } from './detection-file.js';
import { LoadingMillrace } from './loading-millrace.js';

/** A very large file on one line: what the process that loads it needs of memory. */
export const memory: Figure = { id: 'files.memory', needsRedis: false, measure };

async function measure(bench: Bench): Promise<readonly Measured[]> {
  const path = join(bench.folder, 'memory.json');
  const file = await makeDetectionFile({ path, bytes: bench.options.memoryBytes });
  try {
    const peaks: number[] = [];
    for (let run = 0; run < bench.options.runs; run += 1) peaks.push(await peakOf(bench, path));
    return [
      {
        ...{ id: 'files.memory', unit: 'MiB', target: valueBelow(250), baseline: [], millrace: peaks },
        what: 'one file of detections on one line: peak resident memory of the worker that has loaded it',
        settings: { bytes: file.bytes, events: file.events, rows: file.rows },
      },
    ];
  } finally {
    await rm(path, { force: true });
  }
}

function peakOf(bench: Bench, path: string): Promise<number> {
  return bench.withDatabase((databaseUrl) =>
    LoadingMillrace.with({ bench, databaseUrl }, async (millrace) => {
      await millrace.drop(path, 'objects_detection_1.json');
      await millrace.untilLoaded('objects_detection_1.json');
      return millrace.worker.peakMemory();
    }),
  );
}
