import { newRunId } from '@millrace/runs';
import { waitFor } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import type { HintChannel } from './hint-channel.port.js';
import { InMemoryHintChannel } from './in-memory-hint-channel.js';
import { RunHints } from './run-hints.js';

describe('hints of runs', () => {
  it('reach whoever hears, each run once, in few texts', async () => {
    const published: (readonly string[])[] = [];
    const inner = new InMemoryHintChannel();
    const channel: HintChannel = {
      publish: (texts) => (published.push(texts), inner.publish(texts)),
      subscribe: (onText, onGap) => inner.subscribe(onText, onGap),
      close: () => inner.close(),
    };
    const hints = new RunHints(channel);
    const heard: string[] = [];
    await hints.subscribe(
      (runIds) => heard.push(...runIds),
      () => undefined,
    );
    const runIds = Array.from({ length: 700 }, () => newRunId());
    for (const runId of runIds) hints.told([runId, runId]);
    await waitFor(() => heard.length > 0);
    expect(heard.sort()).toEqual(runIds.sort());
    expect(published.map((texts) => texts.length)).toEqual([3]);
    for (const text of published.flat()) expect(text.length).toBeLessThan(8_000);
    await hints.close();
  });

  it('say that some were left out when there are too many', async () => {
    const hints = new RunHints(new InMemoryHintChannel());
    const heard: string[] = [];
    let gaps = 0;
    await hints.subscribe(
      (runIds) => heard.push(...runIds),
      () => (gaps += 1),
    );
    hints.told(Array.from({ length: 5_000 }, () => newRunId()));
    await waitFor(() => gaps === 1);
    expect(heard).toHaveLength(2_400);
    await hints.close();
  });
});
