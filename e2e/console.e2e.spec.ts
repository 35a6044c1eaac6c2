import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeWithPrograms, waitFor } from '@millrace/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConsoleVisitor, openChromium, PHONE, type Theme } from './console-visitor.js';
import { RunningMillrace } from './running-millrace.js';

/** The second half of the parts holds on until the file `release` stands beside the tasks. */
const TASKS = `
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { defineTask, FatalError } from '@millrace/sdk';
import { z } from 'zod';
const released = () => existsSync(join(import.meta.dirname, 'release'));
export const part = defineTask({
  id: 'part',
  input: z.object({ n: z.int(), of: z.int() }),
  result: z.int(),
  async run({ n, of }, { signal, log }) {
    while (n >= of / 2 && !released()) await delay(20, undefined, { signal });
    log.info('part done', { n });
    return n;
  },
});
export const giveUp = defineTask({
  id: 'give-up',
  input: z.object({}),
  result: z.null(),
  async run() { throw new FatalError('The part is beyond repair: 100% worn.'); },
});
export const hold = defineTask({
  id: 'hold',
  input: z.object({}),
  result: z.null(),
  async run(_input, { signal }) { return delay(60_000, null, { signal }); },
});
export const assemble = defineTask({
  id: 'assemble',
  description: 'Makes a whole of its parts.',
  input: z.object({ parts: z.int().min(1).max(100).describe('How many.') }),
  result: z.int(),
  async run({ parts }, ctx) {
    ctx.log.info('assembling', { parts });
    const made = await ctx.map(part, Array.from({ length: parts }, (_, n) => ({ n, of: parts })));
    return made.length;
  },
});
`;
const BAD_FILE = {
  objects_detection_events: [
    { vehicle_id: 'a', detection_time: '2024-01-01T00:00:00Z', detections: [{ object_type: 'cars', object_value: 1 }] },
    { vehicle_id: 'b', detection_time: 'yesterday', detections: [] },
  ],
};
const PARTS = 8;

describeWithPrograms(['chromium'], 'the console in a browser', () => {
  let millrace: RunningMillrace;
  let browser: Browser;
  let tasks: string;
  let runId: string;
  let fileId: string;
  beforeAll(async () => {
    millrace = await RunningMillrace.prepare({ WORKER_CONCURRENCY: '20' });
    tasks = await millrace.writeTasks(TASKS);
    await Promise.all([millrace.start({ TASKS: tasks }), openChromium().then((opened) => (browser = opened))]);
  });
  afterAll(async () => {
    await browser.close();
    await millrace.remove();
  });

  const enter = (options: { theme?: Theme; width?: number; height?: number } = {}) =>
    ConsoleVisitor.enter(browser, { url: `http://127.0.0.1:${millrace.port}`, ...options });

  it('starts a task from its form, follows its children live, cancels it, and retries what was cancelled', async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.goTo('/tasks');
    await page.getByRole('link', { name: 'assemble' }).click();

    await page.getByLabel('parts').fill('0');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page
      .getByText(/at least 1|minimum|≥ 1|less than 1/i)
      .first()
      .waitFor();
    expect(await millrace.json<{ runs: unknown[] }>('/runs?task=assemble')).toMatchObject({ runs: [] });

    await page.getByLabel('parts').fill(String(PARTS));
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.waitForURL(/\/runs\/[\da-f-]{36}/);
    runId = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    const state = page.locator('.run-state');
    await state.getByText('waiting').waitFor();
    await page.getByText(`${PARTS / 2} succeeded`).waitFor();

    await page.getByRole('button', { name: 'Cancel' }).click();
    await state.getByText('cancelled').waitFor();
    await page.getByRole('link', { name: `${PARTS / 2} failed or cancelled` }).click();
    await page.getByRole('link', { name: runId.slice(-8) }).waitFor();
    await waitFor(async () => (await page.locator('main [data-row]').count()) === PARTS / 2);
    await page.goBack();

    await writeFile(join(tasks, 'release'), '');
    await page.getByRole('button', { name: 'Retry what failed' }).click();
    await state.getByText('succeeded').waitFor();
    await page.getByText(`${PARTS} succeeded`).waitFor();
    await visitor.leave();
  });

  it('shows why a record of a file was set aside, with its bytes', async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.goTo('/files');
    await writeFile(join(millrace.inbox, 'objects_detection_20240101_000000.json'), JSON.stringify(BAD_FILE));
    await page.getByRole('link', { name: 'objects_detection_20240101_000000.json' }).click();
    const reject = page.getByRole('article', { name: 'Record 1' });
    await reject.getByText('MR_RECORD_INVALID').waitFor();
    expect(await reject.locator('mark').textContent()).toBe('"yesterday"');
    await page.setViewportSize(PHONE);
    expect(await visitor.overflow()).toBe(0);
    fileId = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    await visitor.leave();
  });

  /** Runs that load a file again. */
  const reloads = async () => {
    const { runs } = await millrace.json<{ runs: { id: string }[] }>('/runs?task=load-file&limit=100');
    const inputs = await Promise.all(
      runs.map(({ id }) => millrace.json<{ input: { again?: boolean } }>(`/runs/${id}`)),
    );
    return inputs.filter(({ input }) => input.again === true).length;
  };

  it('shows why a file was refused, with the bytes around its fault', async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.goTo('/files');
    const name = 'objects_detection_20240101_000100.json';
    await writeFile(join(millrace.inbox, name), `${JSON.stringify(BAD_FILE)} [\u0000]`);
    await page.getByRole('link', { name }).click();
    await page.getByText('MR_JSON_SYNTAX').waitFor();
    const bytes = page.getByLabel('where the fault is');
    expect(await bytes.locator('mark').textContent()).toBe('[');
    expect(await bytes.textContent()).toMatch(/"detections":\[\]}\]} \[␀\]$/);
    expect(await visitor.violations()).toEqual([]);
    await page.setViewportSize(PHONE);
    expect(await visitor.overflow()).toBe(0);
    await visitor.leave();
  });

  it('loads all files again that a filter leaves, where they can be', async () => {
    const visitor = await enter();
    const { page } = visitor;
    const all = page.getByRole('button', { name: 'Load all again' });
    await visitor.goTo('/files?state=quarantined,loaded');
    expect(await all.count()).toBe(0);
    await visitor.goTo('/files?state=quarantined&feed=objects-detection');
    await all.click();
    const dialog = page.getByRole('dialog', { name: 'Load all quarantined files of objects-detection again?' });
    await dialog.waitFor();
    expect(await visitor.violations()).toEqual([]);
    const before = await reloads();
    await dialog.getByRole('button', { name: 'Load all again' }).click();
    await page.getByText('1 file will be loaded again').waitFor();
    await dialog.waitFor({ state: 'detached' });
    await waitFor(async () => (await reloads()) === before + 1);
    await page.setViewportSize(PHONE);
    expect(await visitor.overflow()).toBe(0);
    await visitor.leave();
  });

  it('loads a record that was set aside once it is put right, and says what is wrong with one that is not', async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.goTo(`/files/${fileId}`);
    await page.getByRole('button', { name: 'Resubmit record 1' }).click();
    const dialog = page.getByRole('dialog', { name: 'Resubmit record 1' });
    await dialog.getByRole('button', { name: 'Resubmit' }).click();
    await dialog.getByRole('alert').locator('code').getByText('/detection_time').waitFor();
    expect(await visitor.violations()).toEqual([]);
    const record = dialog.getByLabel('Record');
    await record.fill((await record.inputValue()).replace('yesterday', '2024-01-02T00:00:00Z'));
    await dialog.getByRole('button', { name: 'Resubmit' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('article', { name: 'Record 1' }).getByText('Resubmitted').waitFor();
    expect(await millrace.json(`/files/${fileId}`)).toMatchObject({ counts: { records: 2, loaded: 2, rejected: 0 } });
    await visitor.leave();
  });

  it('finds runs by tag and by the text of their error, from an address that can be sent', async () => {
    await millrace.post('/runs/batch', {
      runs: ['night', 'day'].map((tag) => ({ task: 'assemble', input: { parts: 1 }, tags: [tag, 'customer 17'] })),
    });
    await millrace.post('/runs', { task: 'give-up', input: {}, tags: ['night'] });
    const visitor = await enter();
    const { page } = visitor;
    await visitor.goTo('/runs?children=true');
    const rows = page.locator('main [data-row]');
    await page.getByLabel('Tag', { exact: true }).fill('night');
    await page.keyboard.press('Enter');
    await waitFor(async () => (await rows.count()) === 2);
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.keyboard.type('BEYOND repair');
    await waitFor(async () => (await rows.count()) === 1);
    await page.getByText('The part is beyond repair: 100% worn.').waitFor();
    await page.getByLabel('Sorted by').selectOption('duration');
    await waitFor(() => page.url().includes('sort=duration'));
    await page.getByRole('button', { name: 'Queued for' }).click();
    await waitFor(() => page.url().includes('sort=queueTime'));

    await visitor.goTo(page.url());
    expect(await rows.count()).toBe(1);
    await rows.first().click();
    await page.getByRole('link', { name: 'night' }).click();
    await waitFor(async () => (await rows.count()) === 2);
    await visitor.leave();
  });

  it('is used by keyboard alone', async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.goTo('/');
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog', { name: 'Go to' }).waitFor();
    await page.keyboard.type('hello');
    await page.getByRole('option', { name: 'hello' }).first().waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/tasks\/hello$/);

    await visitor.goTo('/tasks');
    await page.keyboard.press('/');
    expect(await page.evaluate('document.activeElement.tagName')).toBe('INPUT');
    await page.keyboard.type('assemble');
    await page.getByRole('link', { name: 'hello' }).waitFor({ state: 'detached' });
    await page.keyboard.press('ArrowDown');
    expect(await visitor.focused().textContent()).toBe('assemble');

    await visitor.goTo('/runs');
    await page.locator('main [data-row]').first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/runs\/[\da-f-]{36}/);
    await visitor.leave();
  });

  it('begins a page at its heading, and comes back to the row that was opened', async () => {
    const visitor = await enter({ height: 300 });
    const { page } = visitor;
    await visitor.goTo('/runs?children=true');
    const rows = page.locator('main [data-row]');
    await rows.last().waitFor();
    await page.keyboard.press('k');
    const opened = await visitor.focused().getAttribute('href');
    expect(await page.evaluate('scrollY')).toBeGreaterThan(0);
    await page.keyboard.press('Enter');
    await page.locator('h1:focus').waitFor();
    expect(await page.evaluate('scrollY')).toBe(0);
    await page.goBack();
    await page.locator(`[data-row][href="${opened}"]:focus`).waitFor();

    await page.keyboard.press('Control+k');
    await page.getByRole('dialog', { name: 'Go to' }).waitFor();
    await page.keyboard.type('Tasks');
    await page.getByRole('option', { name: 'Tasks' }).first().waitFor();
    await page.keyboard.press('Enter');
    await page.locator('h1:focus', { hasText: 'Tasks' }).waitFor();
    await visitor.leave();
  });

  it('keeps the focus where a button was that its own deed took away', async () => {
    const { id } = (await (await millrace.post('/runs', { task: 'hold', input: {} })).json()) as { id: string };
    const visitor = await enter();
    const { page } = visitor;
    await visitor.goTo(`/runs/${id}`);
    await page.getByRole('button', { name: 'Cancel' }).press('Enter');
    await page.getByRole('button', { name: 'Retry what failed' }).waitFor();
    await page.getByRole('group', { name: 'What can be done here' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Tab');
    expect(await visitor.focused().textContent()).toContain('Retry what failed');

    await page.getByRole('button', { name: 'Run again' }).press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('/');
    expect(await page.getByRole('dialog').count()).toBe(1);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Run again' }).and(page.locator(':focus')).waitFor();

    await visitor.goTo('/runs?tag=night');
    await page.getByRole('button', { name: 'Without the tag night' }).press('Enter');
    await page.getByLabel('Tag', { exact: true }).and(page.locator(':focus')).waitFor();
    await visitor.leave();
  });

  it('goes to the field at fault of a form that is refused', async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.goTo('/tasks/assemble');
    await page.getByLabel('parts').fill('0');
    await page.getByRole('button', { name: 'Run', exact: true }).press('Enter');
    await page.getByLabel('parts').and(page.locator(':focus')).waitFor();
    await visitor.leave();
  });

  it('is walked along its timeline and its charts by the arrows', async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.goTo(`/runs/${runId}`);
    const tree = page.getByRole('tree');
    const lines = tree.getByRole('treeitem');
    await tree.focus();
    await page.keyboard.press('ArrowRight');
    await lines.nth(1).and(page.locator('[aria-selected="true"]')).waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    await lines.first().and(page.locator('[aria-expanded="false"]')).waitFor();
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowDown');
    await lines.nth(1).getByRole('link').waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => !url.pathname.endsWith(runId));
    await page.locator('h1:focus').waitFor();
    await page.goBack();
    await page.locator('[role="tree"]:focus').waitFor();
    await lines.nth(1).and(page.locator('[aria-selected="true"]')).waitFor();
    await lines.nth(2).getByRole('link').click();
    await page.waitForURL((url) => !url.pathname.endsWith(runId));
    await page.goBack();
    await lines.nth(2).and(page.locator('[aria-selected="true"]')).waitFor();

    await visitor.goTo('/');
    const chart = page.getByRole('slider', { name: 'Runs that ended' });
    await chart.press('End');
    const last = await chart.getAttribute('aria-valuetext');
    await chart.press('Home');
    await waitFor(async () => (await chart.getAttribute('aria-valuetext')) !== last);
    expect(await chart.getAttribute('aria-valuetext')).toMatch(
      /, \d\d:\d\d: succeeded \d+, cancelled \d+, failed \d+$/,
    );
    await visitor.leave();
  });

  describe.each(['light', 'dark'] as const)('in its %s theme', (theme) => {
    it('meets WCAG AA on each page, as axe-core judges', async () => {
      const visitor = await enter({ theme });
      for (const path of pages()) {
        await visitor.goTo(path);
        expect({ path, violations: await visitor.violations() }).toEqual({ path, violations: [] });
      }
      await visitor.leave();
    });
  });

  it('fits the width of a phone', async () => {
    const visitor = await enter(PHONE);
    for (const path of pages()) {
      await visitor.goTo(path);
      expect({ path, overflow: await visitor.overflow() }).toEqual({ path, overflow: 0 });
    }
    await visitor.leave();
  });

  it('says what is not there, and where its like are listed', async () => {
    const visitor = await enter();
    const { page } = visitor;
    for (const [path, list] of [
      ['/runs/00000000-0000-7000-8000-000000000000', 'Runs'],
      ['/files/00000000-0000-7000-8000-000000000000', 'Files'],
      ['/tasks/absent', 'Tasks'],
    ] as const) {
      await visitor.goTo(path);
      await page.getByRole('alert').getByText('There is no such').waitFor();
      await page.getByRole('navigation', { name: 'Where this is' }).getByRole('link', { name: list }).click();
      await page.getByRole('heading', { level: 1, name: list }).waitFor();
    }
    await visitor.leave();
  });

  it.each([
    ['as the stream hints of it', (page: Page) => page.addInitScript('globalThis.setInterval = () => 0')],
    ['by asking again where there is no stream', (page: Page) => page.route('**/events', (route) => route.abort())],
  ])('tells of a run that ended elsewhere without being loaded again, %s', async (_how, prepare) => {
    const visitor = await enter();
    const { page } = visitor;
    await prepare(page);
    await visitor.goTo('/runs');
    const rows = await page.locator('main [data-row]').count();
    const accepted = await millrace.post('/runs', { task: 'hello', input: { name: 'Grace' } });
    const { id } = (await accepted.json()) as { id: string };
    await waitFor(async () => (await page.locator('main [data-row]').count()) > rows);
    await page
      .locator('tr', { has: page.locator(`a[href="/runs/${id}"]`) })
      .getByText('succeeded')
      .waitFor();
    await visitor.leave();
  });

  it('counts what is on its way as the stream hints of it, before the figures are due', async () => {
    const visitor = await enter();
    const { page } = visitor;
    await page.addInitScript('globalThis.setInterval = () => 0');
    await visitor.goTo('/');
    const atWork = page.locator('.headline', { hasText: 'At work' }).locator('dd').first();
    await atWork.getByText('0', { exact: true }).waitFor();
    const { id } = (await (await millrace.post('/runs', { task: 'hold', input: {} })).json()) as { id: string };
    await atWork.getByText('1', { exact: true }).waitFor();
    await millrace.post(`/runs/${id}/cancel`, {});
    await visitor.leave();
  });

  it('needs less than 200 kB of code, packed by gzip, for any page that one comes to first', async () => {
    for (const path of pages()) {
      const visitor = await enter();
      expect({ path, bytes: await visitor.codeBytes(path) }).toSatisfy(
        ({ bytes }) => bytes > 20_000 && bytes < 200_000,
      );
      await visitor.leave();
    }
  });

  const pages = () => [
    '/',
    '/runs',
    `/runs/${runId}`,
    '/tasks',
    '/tasks/assemble',
    '/files',
    `/files/${fileId}`,
    '/feeds',
    '/runs/absent',
  ];
});
