import { Output } from './output.js';
import { randomNumbers } from './random.js';

const TYPES = ['cars', 'pedestrians', 'cyclists', 'signs', 'trucks', 'buses', 'obstacles', 'animals'];
const VEHICLES = 5_000;
/** Milliseconds between two events of a file: each vehicle tells of one in 30 s. */
const STEP_MS = 6;
/** Events come in the order of their times, but for so many milliseconds. */
const DISORDER_MS = 1_000;
const FIRST_MS = Date.UTC(2022, 5, 5, 12);

export interface DetectionFileSpec {
  readonly path: string;
  /** At least so many bytes. */
  readonly bytes: number;
  /** The same rows, already flattened to COPY's text format. */
  readonly flatPath?: string;
  /** Time of the first event. @default noon of 5 June 2022 */
  readonly firstMs?: number;
}

/** What stands in a made file. */
export interface DetectionFile {
  readonly path: string;
  readonly bytes: number;
  readonly events: number;
  /** Detections: one row each in `objects_detection_events`. */
  readonly rows: number;
}

/** Writes a file of detection events on one line, one to five detections each, the same every time. */
export async function makeDetectionFile({
  path,
  bytes: wanted,
  flatPath,
  firstMs = FIRST_MS,
}: DetectionFileSpec): Promise<DetectionFile> {
  const random = randomNumbers(1);
  const [json, flat] = [new Output(path), flatPath === undefined ? undefined : new Output(flatPath)];
  const counts = { events: 0, rows: 0 };
  await json.write('{"objects_detection_events":[');
  while (json.bytes < wanted) {
    const vehicle = vehicleId((counts.events * 7 + random()) % VEHICLES);
    const at = firstMs + counts.events * STEP_MS + (random() % DISORDER_MS);
    const time = new Date(at).toISOString().replace('Z', `${String(counts.events % 1_000).padStart(3, '0')}Z`);
    const first = random();
    const detections = Array.from({ length: 1 + (first % 5) }, (_, index) => ({
      object_type: TYPES[(first + index) % TYPES.length] ?? '',
      object_value: random() % 10,
    }));
    const event = JSON.stringify({ vehicle_id: vehicle, detection_time: time, detections });
    await json.write(counts.events === 0 ? event : `,${event}`);
    const lines = detections.map((one) => `${vehicle}\t${time}\t${one.object_type}\t${one.object_value}\n`);
    await flat?.write(lines.join(''));
    counts.events += 1;
    counts.rows += detections.length;
  }
  await json.write(']}');
  await Promise.all([json.end(), flat?.end()]);
  return { path, bytes: json.bytes, ...counts };
}

/** 32 hexadecimal digits, as vehicles have them. */
function vehicleId(number: number): string {
  return (number + 1).toString(16).padStart(8, '0').repeat(4);
}
