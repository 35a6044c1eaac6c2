import type { RunHint } from '@millrace/contracts';
import type { RunFollowQueries } from '@millrace/postgres';
import { silentLogger } from '@millrace/telemetry';
import { waitFor } from '@millrace/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { RunFeed } from './run-feed.js';

const feeds: RunFeed[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const feed of feeds.splice(0)) feed.onModuleDestroy();
});

/** A feed over runs that all stand at `queued`; an id that begins with `x` cannot be looked at. */
function openFeed() {
  const looks: (readonly string[])[] = [];
  const standOf = async (ids: readonly string[]): Promise<RunHint[]> => {
    looks.push(ids);
    if (ids.some((id) => id.startsWith('x'))) throw new Error('no database');
    return ids.map((id) => ({ id, task: 't', state: 'queued', root: id }));
  };
  const feed = new RunFeed({ standOf } as unknown as RunFollowQueries, silentLogger);
  feeds.push(feed);
  return { feed, looks };
}
const client = () => {
  const sent: string[] = [];
  const stream = {
    ready: true,
    write: (text: string) => {
      for (const [, event, data] of text.matchAll(/^event: (.*)\nid: 0\ndata: (.*)\n\n/gm)) {
        sent.push(event === 'run' ? (JSON.parse(data ?? '') as RunHint).id : (event ?? ''));
      }
    },
  };
  return { sent, stream };
};

describe('the feed of runs', () => {
  it('looks once for all its clients, and not at all without one', async () => {
    const { feed, looks } = openFeed();
    feed.hint(['before']);
    const [one, other] = [client(), client()];
    feed.add(one.stream, {}, false);
    const leave = feed.add(other.stream, { task: 'another' }, false);
    feed.hint(['a', 'b']);
    feed.hint(['b', 'c']);
    await waitFor(() => one.sent.length === 3);
    expect(looks).toEqual([['a', 'b', 'c']]);
    expect(other.sent).toEqual([]);
    leave();
  });

  it('tells a client that did not keep up to look again, once it takes again', async () => {
    const { feed, looks } = openFeed();
    const slow = client();
    feed.add(slow.stream, {}, false);
    slow.stream.ready = false;
    feed.hint(['a']);
    await waitFor(() => looks.length === 1);
    slow.stream.ready = true;
    feed.hint(['b']);
    await waitFor(() => slow.sent.length === 1);
    feed.hint(['c']);
    await waitFor(() => slow.sent.length === 2);
    expect(slow.sent).toEqual(['resync', 'c']);
  });

  it('tells everybody to look again after a gap, a failed look, and more than it can look at', async () => {
    const { feed, looks } = openFeed();
    const { sent, stream } = client();
    feed.add(stream, {}, false);
    feed.gap();
    await waitFor(() => sent.length === 1);
    feed.hint(['x']);
    await waitFor(() => sent.length === 2);
    feed.hint(Array.from({ length: 3_001 }, (_, n) => `run ${n}`));
    await waitFor(() => sent.length === 3);
    expect(sent).toEqual(['resync', 'resync', 'resync']);
    expect(looks).toEqual([['x']]);
  });

  it('tells those to look again who would get more than their share of what one look sends', async () => {
    const { feed } = openFeed();
    const clients = Array.from({ length: 100 }, client);
    const other = client();
    for (const { stream } of clients) feed.add(stream, {}, false);
    feed.add(other.stream, { task: 'another' }, false);
    const runs = Array.from({ length: 200 }, (_, n) => `run ${n}`);
    feed.hint(runs.slice(0, 150));
    await waitFor(() => clients.every(({ sent }) => sent.length === 150));
    feed.hint(runs);
    await waitFor(() => clients.every(({ sent }) => sent.length === 151));
    expect(clients.map(({ sent }) => sent.at(-1))).toEqual(clients.map(() => 'resync'));
    expect(other.sent).toEqual([]);
  });

  it('looks the less often the more clients it has', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { feed, looks } = openFeed();
    for (let n = 0; n < 500; n += 1) feed.add(client().stream, {}, false);
    feed.hint(['a']);
    vi.advanceTimersByTime(499);
    feed.hint(['b']);
    expect(looks).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(looks).toEqual([['a', 'b']]);
  });

  it('tells a client that comes back to look again at once', () => {
    const { feed } = openFeed();
    const { sent, stream } = client();
    feed.add(stream, {}, true);
    expect(sent).toEqual(['resync']);
  });
});
