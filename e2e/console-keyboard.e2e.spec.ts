import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeWithPrograms, waitFor } from '@millrace/testing';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ConsoleVisitor, openChromium, PHONE } from './console-visitor.js';
import { RunningMillrace } from './running-millrace.js';

const TASKS = `
import { defineTask } from '@millrace/sdk';
import { z } from 'zod';
export const stumble = defineTask({
  id: 'stumble',
  input: z.object({}),
  result: z.null(),
  retry: { maxAttempts: 2, initialDelay: '10ms' },
  async run() { throw new Error('stumbled'); },
});
`;
const NAME = 'objects_detection_20240101_000000.json';
const EVENT = { vehicle_id: 'a', detections: [{ object_type: 'cars', object_value: 1 }] };
const FILE = {
  objects_detection_events: ['2024-01-01T00:00:00Z', 'yesterday'].map((at) => ({ ...EVENT, detection_time: at })),
};
const MENDED = JSON.stringify({ ...EVENT, detection_time: '2024-01-02T00:00:00Z' });

describeWithPrograms(['chromium'], 'the console by keyboard alone', () => {
  let millrace: RunningMillrace;
  let browser: Browser;
  beforeAll(async () => {
    millrace = await RunningMillrace.prepare();
    const tasks = await millrace.writeTasks(TASKS);
    await Promise.all([millrace.start({ TASKS: tasks }), openChromium().then((opened) => (browser = opened))]);
    await writeFile(join(millrace.inbox, NAME), JSON.stringify(FILE));
  });
  afterAll(async () => {
    await browser.close();
    await millrace.remove();
  });

  const enter = (options: { width?: number; height?: number } = {}) =>
    ConsoleVisitor.enter(browser, { url: `http://127.0.0.1:${millrace.port}`, ...options });
  /** A visitor at the page of the file, who came there by the list. */
  const openFile = async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.goTo('/files');
    await page.getByRole('link', { name: NAME }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.locator('h1:focus', { hasText: NAME }).waitFor();
    return visitor;
  };

  it('unloads a file, and loads it again', async () => {
    const visitor = await openFile();
    const { page } = visitor;
    const state = page.locator('.run-state');
    await visitor.press('Enter', page.getByRole('button', { name: 'Unload' }));
    const dialog = page.getByRole('dialog', { name: `Unload ${NAME}?` });
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Unload' }).and(page.locator(':focus')).waitFor();

    await page.keyboard.press('Enter');
    await visitor.press('Enter', dialog.getByRole('button', { name: 'Unload', exact: true }));
    await page.waitForURL(/\/runs\//);
    await state.getByText('succeeded').waitFor();
    await page.goBack();
    await state.getByText('unloaded').waitFor();

    await visitor.press('Enter', page.getByRole('button', { name: 'Load again' }));
    await page.waitForURL(/\/runs\//);
    await page.locator('h1:focus').waitFor();
    await state.getByText('succeeded').waitFor();
    await page.goBack();
    await state.getByText('loaded', { exact: true }).waitFor();
    await visitor.leave();
  });

  it('puts a record right that was set aside', async () => {
    const visitor = await openFile();
    const { page } = visitor;
    // The dialog closes once all of the file is read anew: after the button that opened it has gone.
    await page.route(/\/files\/[^/?]+$/, async (route) => {
      await page.getByText('Resubmitted').waitFor();
      await route.continue();
    });
    await visitor.press('Enter', page.getByRole('button', { name: 'Resubmit record 1' }));
    const dialog = page.getByRole('dialog', { name: 'Resubmit record 1' });
    await visitor.tabTo(dialog.getByLabel('Record'));
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText(MENDED);
    await visitor.press('Enter', dialog.getByRole('button', { name: 'Resubmit' }));
    await dialog.waitFor({ state: 'detached' });
    const record = page.getByRole('article', { name: 'Record 1' });
    await record.getByText('Resubmitted').waitFor();
    await record.and(page.locator(':focus')).waitFor();
    await visitor.leave();
  });

  it('chooses the window of the overview, and the theme', async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.goTo('/');
    const week = page.getByRole('button', { name: '7d', exact: true });
    await visitor.press('Space', week);
    await page.waitForURL(/window=7d/);
    await week.and(page.locator(':focus[aria-pressed="true"]')).waitFor();

    const dark = page.getByRole('button', { name: 'Dark theme' });
    await visitor.press('Space', dark);
    await page.locator('html[data-theme="dark"]').waitFor();
    await dark.and(page.locator(':focus[aria-pressed="true"]')).waitFor();
    await visitor.goTo('/runs');
    await page.locator('html[data-theme="dark"]').waitFor();
    await visitor.leave();
  });

  it('sees attempts side by side, and reads along them where they are wider than the page', async () => {
    const { id } = (await (await millrace.post('/runs?wait=30s', { task: 'stumble', input: {} })).json()) as {
      id: string;
    };
    const visitor = await enter(PHONE);
    const { page } = visitor;
    await visitor.goTo(`/runs/${id}`);
    await visitor.tabTo(page.getByRole('tab', { selected: true }));
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    const attempts = [page.getByRole('region', { name: 'Attempt 2' }), page.getByRole('region', { name: 'Attempt 1' })];
    const [latest, first] = await Promise.all(attempts.map((attempt) => attempt.boundingBox()));
    expect(first?.y).toBe(latest?.y);
    expect(first?.x).toBeGreaterThanOrEqual((latest?.x ?? 0) + (latest?.width ?? 0));

    await visitor.tabTo(page.getByRole('group', { name: 'Attempts, the latest first' }));
    await page.keyboard.press('ArrowRight');
    await waitFor(async () => ((await attempts[0]?.boundingBox())?.x ?? 0) < (latest?.x ?? 0));
    await visitor.leave();
  });

  it('goes on a phone from left to right, to what is beside the pages too', async () => {
    const visitor = await enter(PHONE);
    const { page } = visitor;
    await visitor.goTo('/');
    const stops = page.locator('.nav-pages > .nav-link, .nav-more-button');
    await visitor.tabTo(stops.first());
    const places: number[] = [];
    for (let stop = 0; stop < (await stops.count()); stop += 1) {
      places.push((await visitor.focused().boundingBox())?.x ?? 0);
      await page.keyboard.press('Tab');
    }
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(new Set(places).size).toBe(5);

    const more = page.getByRole('button', { name: 'More' });
    await page.keyboard.press('Shift+Tab');
    await more.and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Enter');
    await visitor.tabTo(page.getByRole('link', { name: 'Queues' }));
    await page.keyboard.press('Escape');
    await more.and(page.locator(':focus')).waitFor();
    await page.getByRole('link', { name: 'Queues' }).waitFor({ state: 'hidden' });
    await visitor.leave();
  });

  it('gives a finger on a phone all that a mouse has: search, queues, API, themes', async () => {
    const visitor = await enter(PHONE);
    const { page } = visitor;
    await visitor.goTo('/');
    await page.getByRole('button', { name: 'More' }).tap();
    await page.getByRole('button', { name: 'Dark theme' }).tap();
    await page.locator('html[data-theme="dark"]').waitFor();
    expect(await visitor.violations()).toEqual([]);
    await page.locator('h1').tap();
    await page.getByRole('link', { name: 'API' }).waitFor({ state: 'hidden' });

    await page.getByRole('button', { name: 'Search' }).tap();
    await page.getByRole('option', { name: 'Tasks' }).first().tap();
    await page.locator('h1', { hasText: 'Tasks' }).waitFor();
    for (const [name, path] of [
      ['Queues', '/queues'],
      ['API', '/docs'],
    ] as const) {
      await page.getByRole('button', { name: 'More' }).tap();
      await page.getByRole('link', { name }).tap();
      await page.waitForURL((url) => url.pathname.startsWith(path));
      await visitor.goTo('/');
    }
    await visitor.leave();
  });
});
