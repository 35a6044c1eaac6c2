import { describe, expect, it } from 'vitest';
import { rowEncoders } from './row-encoder.js';
import { SurrogateKeys } from './surrogate-keys.js';

const TIME = '2022-01-01 00:00:00+00:00';
const keys = () => new SurrogateKeys((names) => Promise.resolve(names.map((name, at) => ({ name, key: at + 1 }))));
const encoders = () => rowEncoders({ vehicles: keys(), objectTypes: keys() });

describe('rows that follow on refused ones', () => {
  it('of detections are encoded alone', async () => {
    const { objects_detection_events: encoder } = encoders();
    const event = (objectValue: number, detectionTime = TIME) => ({
      ...{ vehicleId: 'a', detectionTime, detections: [{ objectType: 'cars', objectValue }] },
    });
    const { bytes } = await encoder.encode([event(1)], 7);
    await expect(encoder.encode([event(2), event(0.5)], 8)).rejects.toMatchObject({ code: 'MR_ROWS_REFUSED' });
    await expect(encoder.encode([event(2, 'now')], 8)).rejects.toMatchObject({ code: 'MR_ROWS_REFUSED' });
    expect((await encoder.encode([event(1)], 7)).bytes).toEqual(bytes);
  });

  it('of statuses are encoded alone', async () => {
    const { vehicle_status: encoder } = encoders();
    const report = (reportTime: string) => ({ vehicleId: 'a', reportTime, status: 'driving' });
    const { bytes } = await encoder.encode([report(TIME)], 7);
    await expect(encoder.encode([report(TIME), report('now')], 8)).rejects.toMatchObject({ code: 'MR_ROWS_REFUSED' });
    expect((await encoder.encode([report(TIME)], 7)).bytes).toEqual(bytes);
  });
});
