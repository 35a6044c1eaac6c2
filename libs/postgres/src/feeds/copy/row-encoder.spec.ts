import { describe, expect, it } from 'vitest';
import { rowEncoders } from './row-encoder.js';
import { SurrogateKeys } from '../keys/surrogate-keys.js';

const TIME = '2022-01-01 00:00:00+00:00';
const keys = () => new SurrogateKeys((names) => Promise.resolve(names.map((_, at) => at + 1)));
const encoders = () => rowEncoders({ vehicles: keys(), objectTypes: keys() });

describe('a few rows', () => {
  it('have memory of their own, which can be moved to another thread', async () => {
    const encoder = encoders().vehicle_status(7);
    await encoder.encode([{ vehicleId: 'a', reportTime: TIME, status: 'driving' }]);
    for (const { bytes, latest } of await encoder.end()) {
      expect(bytes.buffer.byteLength).toBe(bytes.length);
      expect(latest?.buffer.byteLength).toBe(latest?.length);
    }
    expect.assertions(2);
  });
});

describe('rows that follow on refused ones', () => {
  it('of detections are encoded alone', async () => {
    const { objects_detection_events: encoderOf } = encoders();
    const event = (objectValue: number, detectionTime = TIME) => ({
      ...{ vehicleId: 'a', detectionTime, detections: [{ objectType: 'cars', objectValue }] },
    });
    const first = await encoderOf(7).encode([event(1)]);
    for (const bad of [event(0.5), event(2, 'now')]) {
      await expect(encoderOf(8).encode([event(2), bad])).rejects.toMatchObject({ code: 'MR_ROWS_REFUSED' });
    }
    expect(await encoderOf(7).encode([event(1)])).toEqual(first);
  });

  it('of statuses are encoded alone', async () => {
    const { vehicle_status: encoderOf } = encoders();
    const report = (reportTime: string) => ({ vehicleId: 'a', reportTime, status: 'driving' });
    const encoded = async () => {
      const encoder = encoderOf(7);
      return [...(await encoder.encode([report(TIME)])), ...(await encoder.end())];
    };
    const first = await encoded();
    expect(first).toHaveLength(1);
    await expect(encoderOf(8).encode([report(TIME), report('now')])).rejects.toMatchObject({ code: 'MR_ROWS_REFUSED' });
    expect(await encoded()).toEqual(first);
  });
});
