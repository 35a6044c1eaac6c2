import { describe, expect, it } from 'vitest';
import { collectGarbage } from './collect-garbage.js';

describe('collecting garbage', () => {
  it('frees what nobody holds, and leaves its means to nobody else', async () => {
    const held = {};
    const [kept, dropped] = [new WeakRef(held), new WeakRef({})];
    // What a turn has made lives until it ends.
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
    expect(kept.deref()).toBe(held);
    expect(dropped.deref()).toBeUndefined();
    expect('gc' in globalThis).toBe(false);
  });
});
