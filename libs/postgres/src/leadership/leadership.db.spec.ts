import { silentLogger } from '@millrace/telemetry';
import { waitFor } from '@millrace/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDatabaseRig, type DatabaseRig } from '../database-rig.contract.js';
import { Leadership, type Led } from './leadership.js';

let rig: DatabaseRig;
let candidates: Leadership[];
/** Names of those that lead now. */
let leading: Set<string>;

beforeAll(async () => {
  rig = await openDatabaseRig();
});
afterAll(() => rig.close());
beforeEach(() => {
  candidates = [];
  leading = new Set();
});
afterEach(async () => {
  for (const candidate of candidates) await candidate.stop();
});

const ledBy = (name: string): Led => ({
  start: () => Promise.resolve(void leading.add(name)),
  stop: () => Promise.resolve(void leading.delete(name)),
});

async function stand(name: string, of = 'spec', led = ledBy(name)): Promise<Leadership> {
  const applicationName = `spec-${name}`;
  const candidate = new Leadership(led, { url: rig.url, applicationName, of, logger: silentLogger, beatMs: 20 });
  candidates.push(candidate);
  await candidate.start();
  return candidate;
}

const cutOff = (name: string) =>
  rig.database.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [
    `spec-${name}`,
  ]);

describe('leadership', () => {
  it('is with the first, and goes to one that stands by when that stops', async () => {
    const first = await stand('first');
    await stand('second');
    expect(leading).toEqual(new Set(['first']));
    await first.stop();
    expect(leading.has('first')).toBe(false);
    await waitFor(() => leading.has('second'));
  });

  it('is lost at once with the connection, and is with exactly one again', async () => {
    const moves: string[] = [];
    const first: Led = {
      start: () => Promise.resolve(void moves.push('start')),
      stop: () => Promise.resolve(void moves.push('stop')),
    };
    await stand('first', 'spec', first);
    await stand('second');
    await cutOff('first');
    await waitFor(() => moves.at(-1) === 'stop');
    await waitFor(() => leading.has('second') || moves.at(-1) === 'start');
    expect(leading.has('second')).not.toBe(moves.at(-1) === 'start');
  });

  it('of one thing says nothing of another', async () => {
    await stand('first', 'this');
    await stand('second', 'that');
    expect(leading).toEqual(new Set(['first', 'second']));
  });

  it('goes on to another when what is led does not start', async () => {
    await stand('broken', 'spec', { start: () => Promise.reject(new Error('no')), stop: () => Promise.resolve() });
    await stand('sound');
    await waitFor(() => leading.has('sound'));
  });
});
