const VEHICLES = 24;
const MINUTE_MS = 60_000;

/** Detections of one file: an event of each vehicle, minute by minute; one of them with a record that is none. */
export function detections(file: number): unknown {
  const first = Date.now() - (file + 2) * 60 * MINUTE_MS;
  const events = Array.from({ length: VEHICLES * 4 }, (_, n) => ({
    vehicle_id: `car-${String((n % VEHICLES) + 1).padStart(2, '0')}`,
    detection_time: new Date(first + Math.floor(n / VEHICLES) * MINUTE_MS).toISOString(),
    detections: [
      { object_type: 'pedestrians', object_value: (n * 7) % 5 },
      { object_type: 'cars', object_value: (n * 3) % 8 },
    ],
  }));
  if (file !== 1) return { objects_detection_events: events };
  const bad = { vehicle_id: 'car-07', detection_time: '2026-02-30T08:00:00Z', detections: [] };
  const odd = {
    vehicle_id: 'car-11',
    detection_time: new Date(first).toISOString(),
    detections: [{ object_type: 'cars', object_value: 'three' }],
  };
  return { objects_detection_events: [...events.slice(0, 40), bad, ...events.slice(40), odd] };
}

/** A status of each vehicle. */
export function statuses(): unknown {
  const words = ['driving', 'driving', 'parking', 'driving', 'accident'];
  return {
    vehicle_status: Array.from({ length: VEHICLES }, (_, n) => ({
      vehicle_id: `car-${String(n + 1).padStart(2, '0')}`,
      report_time: new Date(Date.now() - n * 1_000).toISOString(),
      status: words[(n * 3) % words.length],
    })),
  };
}
