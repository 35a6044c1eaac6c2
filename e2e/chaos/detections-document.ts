/** Events of one vehicle, with two detections each. */
export function detectionsDocument(vehicle: string, events: number): string {
  const start = Date.UTC(2026, 0, 1);
  return JSON.stringify({
    objects_detection_events: Array.from({ length: events }, (_, index) => ({
      vehicle_id: vehicle,
      detection_time: new Date(start + index * 1_000).toISOString(),
      detections: [
        { object_type: 'cars', object_value: index },
        { object_type: 'signs', object_value: 1 },
      ],
    })),
  });
}
