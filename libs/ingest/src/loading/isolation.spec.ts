import { SnoozeError } from '@millrace/sdk';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Isolation } from './isolation.js';

let isolation: Isolation;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
  isolation = new Isolation();
});
afterEach(() => void vi.useRealTimers());

/** A load that goes on until it is told to end. */
function load() {
  let end: () => void = () => undefined;
  let begun = false;
  const work = () => {
    begun = true;
    return new Promise<string>((resolve) => (end = () => resolve('loaded')));
  };
  return { work, isBegun: () => begun, end: () => end() };
}
const turns = () => vi.advanceTimersByTimeAsync(0);

describe('a suspect', () => {
  it('loads when no other does', async () => {
    const suspect = load();
    const loading = isolation.alone(suspect.work);
    suspect.end();
    expect(await loading).toBe('loaded');
  });

  it('is put off while another load goes on that began a moment ago, and others wait until it has had its turn', async () => {
    const [first, later, suspect] = [load(), load(), load()];
    const loading = isolation.besideOthers(first.work);
    await expect(isolation.alone(suspect.work)).rejects.toBeInstanceOf(SnoozeError);
    expect(suspect.isBegun()).toBe(false);
    const waiting = isolation.besideOthers(later.work);
    first.end();
    await loading;

    const alone = isolation.alone(suspect.work);
    await turns();
    expect([suspect.isBegun(), later.isBegun()]).toEqual([true, false]);
    suspect.end();
    await alone;
    await turns();
    expect(later.isBegun()).toBe(true);
    later.end();
    expect(await waiting).toBe('loaded');
  });

  it('loads beside one that has gone on for a minute, and holds up others for no longer', async () => {
    const [old, suspect, later] = [load(), load(), load()];
    void isolation.besideOthers(old.work);
    await vi.advanceTimersByTimeAsync(60_000);
    void isolation.alone(suspect.work);
    void isolation.besideOthers(later.work);
    await vi.advanceTimersByTimeAsync(59_000);
    expect([suspect.isBegun(), later.isBegun()]).toEqual([true, false]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(later.isBegun()).toBe(true);
  });

  it('never loads beside another one, however long that takes', async () => {
    const [first, second] = [load(), load()];
    const loading = isolation.alone(first.work);
    await vi.advanceTimersByTimeAsync(3_600_000);
    await expect(isolation.alone(second.work)).rejects.toBeInstanceOf(SnoozeError);
    expect(second.isBegun()).toBe(false);
    first.end();
    await loading;
    void isolation.alone(second.work);
    expect(second.isBegun()).toBe(true);
  });

  it('waits for the others where it is once they did not wait for it in time, and no longer than they wait', async () => {
    const [first, later, last, suspect] = [load(), load(), load(), load()];
    void isolation.besideOthers(first.work);
    await expect(isolation.alone(suspect.work)).rejects.toBeInstanceOf(SnoozeError);
    void isolation.besideOthers(later.work);
    first.end();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(later.isBegun()).toBe(true);

    const putOff = isolation.alone(suspect.work).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await putOff).toBeInstanceOf(SnoozeError);

    const loading = isolation.alone(suspect.work);
    void isolation.besideOthers(last.work);
    await turns();
    expect(suspect.isBegun()).toBe(false);
    later.end();
    await turns();
    expect([suspect.isBegun(), last.isBegun()]).toEqual([true, false]);
    suspect.end();
    expect(await loading).toBe('loaded');
    await turns();
    expect(last.isBegun()).toBe(true);
  });

  it('is loaded though all places of its worker are taken whenever it comes', async () => {
    const queue = ['other', 'other', 'other', 'other', 'suspect'];
    const second = () => new Promise((resolve) => setTimeout(resolve, 1_000));
    let isLoaded = false;
    const place = async () => {
      while (!isLoaded) {
        if (queue.shift() === 'other') await isolation.besideOthers(second);
        else {
          await isolation.alone(second).then(
            () => (isLoaded = true),
            () => queue.push('suspect'),
          );
        }
        queue.push('other');
      }
    };
    void Promise.all([place(), place()]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(isLoaded).toBe(true);
  });

  it('gives its place back when it fails', async () => {
    await expect(isolation.alone(() => Promise.reject(new Error('no file')))).rejects.toThrow('no file');
    const next = load();
    void isolation.alone(next.work);
    expect(next.isBegun()).toBe(true);
  });
});

describe('a load beside others', () => {
  it('waits no longer than ten seconds for a suspect that does not come again', async () => {
    const [first, later] = [load(), load()];
    void isolation.besideOthers(first.work);
    await expect(isolation.alone(load().work)).rejects.toBeInstanceOf(SnoozeError);
    void isolation.besideOthers(later.work);
    await vi.advanceTimersByTimeAsync(9_000);
    expect(later.isBegun()).toBe(false);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(later.isBegun()).toBe(true);
  });

  it('tells for how long the oldest has gone on', async () => {
    expect(isolation.oldestMs).toBe(0);
    const [first, second] = [load(), load()];
    const loading = isolation.besideOthers(first.work);
    await vi.advanceTimersByTimeAsync(5_000);
    void isolation.besideOthers(second.work);
    expect(isolation.oldestMs).toBe(5_000);
    first.end();
    await loading;
    expect(isolation.oldestMs).toBe(0);
  });

  it('is told at once when it is cancelled while it waits', async () => {
    void isolation.alone(load().work);
    const cancelled = new AbortController();
    const waiting = isolation.besideOthers(load().work, cancelled.signal);
    cancelled.abort(new Error('cancelled'));
    await expect(waiting).rejects.toThrow('cancelled');
  });
});
