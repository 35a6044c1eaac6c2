import type { Random } from './random.js';

/** A document with one record that does not load, and what it should have been. */
export interface FaultyDocument {
  readonly name: string;
  readonly text: string;
  /** Index of the record at fault. */
  readonly faultyIndex: number;
  readonly corrected: string;
}

const START = Date.UTC(2026, 1, 1);
const timeOf = (second: number) => new Date(START + second * 1_000).toISOString();
const nameOf = (feed: string, number: number) => `${feed}_20260201_${String(number).padStart(6, '0')}.json`;

/** Events of a vehicle of its own. */
export function detectionsWith(seed: number, number: number, random: Random): FaultyDocument {
  const event = (index: number) => ({
    vehicle_id: `corrected-${seed}-${number}`,
    detection_time: timeOf(index),
    detections: [{ object_type: 'cars', object_value: index }],
  });
  return faulty(nameOf('objects_detection', number), 'objects_detection_events', event, random);
}

/** Reports of few vehicles, which other files report of as well: at any second of a minute. */
export function statusesWith(number: number, random: Random): FaultyDocument {
  const report = () => ({
    vehicle_id: `reported-${random.between(1, 5)}`,
    report_time: timeOf(random.between(0, 60)),
    status: random.pick(['driving', 'parking', 'accident', 'charging']),
  });
  return faulty(nameOf('vehicles_status', number), 'vehicle_status', report, random);
}

function faulty(name: string, records: string, recordAt: (index: number) => object, random: Random): FaultyDocument {
  const all = Array.from({ length: random.between(2, 40) }, (_, index) => recordAt(index));
  const faultyIndex = random.between(0, all.length - 1);
  const corrected = JSON.stringify(all[faultyIndex]);
  const text = JSON.stringify({ [records]: all.with(faultyIndex, { ...all[faultyIndex], vehicle_id: 7 }) });
  return { name, text, faultyIndex, corrected };
}

/** The first of these drivers are the same however many there are. */
export function csvOfDrivers(name: string, drivers: number): string {
  const lines = Array.from(
    { length: drivers },
    (_, index) => `chaos-${name}-${index},"Driver, ${index}",B,2020-02-29,,${timeOf(index)}`,
  );
  return ['driver_id,name,licence,hired_on,vehicle_id,changed_at', ...lines, ''].join('\n');
}
