import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomNumbers } from './random.js';

const TYPES = ['cars', 'pedestrians', 'signs', 'trucks'];
const VEHICLES = 5_000;
const FIRST_MS = Date.UTC(2022, 5, 5);
const EVENTS_AT_MOST = 10;

/**
 * Makes a folder of files of one to ten events, of one to three detections each, the same every time; none repeats.
 * @param first number of the first of them
 */
export async function makeSmallFiles(folder: string, files: number, first = 0): Promise<void> {
  await mkdir(folder, { recursive: true });
  const random = randomNumbers(7);
  for (let file = first; file < first + files; file += 1) {
    const events = Array.from({ length: 1 + (random() % EVENTS_AT_MOST) }, (_, index) => ({
      vehicle_id: (random() % VEHICLES).toString(16).padStart(8, '0').repeat(4),
      // Apart from every other event.
      detection_time: new Date(FIRST_MS + file * EVENTS_AT_MOST + index).toISOString(),
      detections: TYPES.slice(0, 1 + (random() % 3)).map((object_type) => ({
        object_type,
        object_value: random() % 10,
      })),
    }));
    await writeFile(join(folder, smallFileName(file)), JSON.stringify({ objects_detection_events: events }));
  }
}

export function smallFileName(file: number): string {
  return `objects_detection_${file}.json`;
}
