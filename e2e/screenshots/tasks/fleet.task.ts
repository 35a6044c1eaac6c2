import { setTimeout as delay } from 'node:timers/promises';
import { defineTask } from '@millrace/sdk';
import { z } from 'zod';

/** About so many milliseconds. */
const took = (ms: number) => delay(ms * (0.6 + Math.random()));

export const renderTile = defineTask({
  id: 'render-tile',
  description: 'Renders one tile of the map from the events within it.',
  input: z.object({ x: z.int(), y: z.int() }),
  result: z.object({ bytes: z.int() }),
  retry: { maxAttempts: 2, initialDelay: 300 },
  async run({ x, y }, { attempt, log }) {
    await took(120 + 30 * ((x * 7 + y * 3) % 9));
    log.info('rendered', { x, y });
    if ((x * 5 + y) % 23 === 7 && attempt === 1) throw new Error('The tile server answered 503.');
    return { bytes: 20_000 + x * 911 + y * 37 };
  },
});

export const publishMap = defineTask({
  id: 'publish-map',
  description: 'Renders every tile of a region and publishes the map when all of them are there.',
  input: z.object({ region: z.string().min(1), zoom: z.int().min(1).max(6).default(4) }),
  result: z.object({ tiles: z.int(), bytes: z.int() }),
  async run({ region, zoom }, ctx) {
    const tiles = await ctx.step('list tiles', async () =>
      Array.from({ length: zoom * 9 }, (_, n) => ({ x: n % 6, y: Math.floor(n / 6) })),
    );
    ctx.log.info('tiles listed', { region, tiles: tiles.length });
    const rendered = await ctx.map(renderTile, tiles, { concurrency: 6 });
    ctx.log.info('all tiles rendered');
    await ctx.step('publish', () => took(80));
    return { tiles: rendered.length, bytes: rendered.reduce((sum, { bytes }) => sum + bytes, 0) };
  },
});

export const chargePlan = defineTask({
  id: 'charge-plan',
  description: 'Plans when each vehicle of a depot charges.',
  input: z.object({ depot: z.string(), vehicles: z.int().min(1) }),
  result: z.object({ slots: z.int() }),
  async run({ depot, vehicles }, ctx) {
    for (let done = 1; done <= 8; done += 1) {
      await took(60);
      ctx.progress(done / 8, `${done} of 8 hours`);
    }
    if (depot === 'harbour') throw new Error('Depot "harbour" has more vehicles (61) than slots (48) for this night.');
    ctx.log.info('planned', { depot });
    return { slots: vehicles };
  },
});
