import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FleetQueries } from './fleet-queries.js';
import { DETECTIONS_SAMPLE, STATUSES_SAMPLE, LoadingRig } from '../files/loading-rig.contract.js';

let rig: LoadingRig;
beforeAll(async () => {
  rig = await LoadingRig.open();
});
afterAll(() => rig.close());
beforeEach(() => rig.reset());

describe('FleetQueries', () => {
  const period = { from: '2022-05-01T00:00:00Z', to: '2022-07-01T00:00:00Z' };

  it('tell who was seen in a period, and summarise each vehicle', async () => {
    await rig.load(await rig.dropSample(DETECTIONS_SAMPLE));
    await rig.load(await rig.dropSample(STATUSES_SAMPLE));
    const fleet = new FleetQueries(rig.database);
    const [first, ...others] = await fleet.vehiclesSeen(period);
    expect(others).toHaveLength(2);
    expect(await fleet.summarize(first ?? '', period)).toEqual({
      vehicleId: 'ebab5f787798416fb2b8afc1340d7a4e',
      detectionsByType: {
        cars: { count: 2, sum: 8 },
        ...{ obstacles: { count: 1, sum: 2 }, pedestrians: { count: 1, sum: 3 } },
        ...{ signs: { count: 1, sum: 0 }, trucks: { count: 1, sum: 5 } },
      },
      firstSeen: '2022-05-05T22:02:34.546000Z',
      lastSeen: '2022-06-05T21:11:35.567000Z',
      currentStatus: { status: 'driving', reportTime: '2022-05-05T22:02:34.546000Z' },
    });
    expect(await fleet.vehiclesSeen({ from: '2022-06-01T00:00:00Z', to: period.to })).toEqual([first]);
  });

  it('know nothing of a vehicle that was never seen', async () => {
    expect(await new FleetQueries(rig.database).summarize('nobody', period)).toEqual({
      ...{ vehicleId: 'nobody', detectionsByType: {}, firstSeen: null, lastSeen: null, currentStatus: null },
    });
  });
});
