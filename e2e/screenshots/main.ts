import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from '@millrace/testing/wait-for';
import { ConsoleVisitor, openChromium, type Theme } from '../console-visitor.js';
import { RunningMillrace } from '../running-millrace.js';
import { detections, statuses } from './files-of-a-day.js';
import { FOLDED_MAPS, REPEAT_DEPTHS_OVER_THE_HOUR, REPEAT_RUNS_OVER_THE_HOUR } from './past-hour.sql.js';

const IMAGES = fileURLToPath(new URL('../../docs/images/', import.meta.url));
const THEMES: readonly Theme[] = ['light', 'dark'];
const FILES = 4;
const PHONE = { width: 390, height: 800 };
const PATIENCE = { deadline: 60_000 };

interface Page {
  readonly name: string;
  readonly path: string;
  /** @default both */
  readonly themes?: readonly Theme[];
  /** Of the window, in CSS pixels. @default 1280 by 860 */
  readonly size?: { readonly width: number; readonly height: number };
}

/** Takes a picture of each page of the console, in both themes, over a day's work made up for it. */
async function takeScreenshots(): Promise<void> {
  const millrace = await RunningMillrace.prepare({ WORKER_CONCURRENCY: '10' });
  const browser = await openChromium();
  try {
    await millrace.start({ TASKS: fileURLToPath(new URL('tasks', import.meta.url)) });
    const pages = await work(millrace);
    for (const theme of THEMES) {
      for (const { name, path, size, themes = THEMES } of pages) {
        if (!themes.includes(theme)) continue;
        const url = `http://127.0.0.1:${millrace.port}`;
        const visitor = await ConsoleVisitor.enter(browser, { url, theme, ...size });
        await visitor.goTo(path);
        await visitor.page.screenshot({ path: join(IMAGES, `console-${name}-${theme}.png`) });
        await visitor.leave();
      }
    }
  } finally {
    await browser.close();
    await millrace.remove();
  }
}

/** Has tasks run and files loaded; gives the pages worth a picture. */
async function work(millrace: RunningMillrace): Promise<Page[]> {
  const start = async (task: string, input: unknown, tags: string[] = []) => {
    const accepted = await millrace.post('/runs', { task, input, tags });
    return ((await accepted.json()) as { id: string }).id;
  };
  const hasEnded = async (id: string) =>
    ['succeeded', 'failed', 'cancelled'].includes((await millrace.json<{ state: string }>(`/runs/${id}`)).state);

  await writeFile(join(millrace.inbox, 'vehicles_status_20261128_080000.json'), JSON.stringify(statuses()));
  for (let file = 0; file < FILES; file += 1) {
    const name = `objects_detection_20261128_0${4 + file}0000.json`;
    await writeFile(join(millrace.inbox, name), JSON.stringify(detections(file)));
  }
  await writeFile(join(millrace.inbox, 'objects_detection_20261128_030000.json'), '{"objects_detection_events": [} ');
  await waitFor(
    async () => (await millrace.json<{ files: unknown[] }>('/files?state=loaded')).files.length > FILES,
    PATIENCE,
  );

  const period = { from: new Date(Date.now() - 86_400_000).toISOString(), to: new Date().toISOString() };
  const runs = await Promise.all([
    start('charge-plan', { depot: 'north', vehicles: 40 }, ['night', 'north']),
    start('charge-plan', { depot: 'harbour', vehicles: 61 }, ['night', 'harbour']),
    start('fleet-summary', period),
    ...['Ada', 'Grace', 'Edsger'].map((name) => start('hello', { name })),
  ]);
  const map = await start('publish-map', { region: 'coast', zoom: 4 }, ['coast']);
  for (const id of [...runs, map]) await waitFor(() => hasEnded(id), PATIENCE);
  // What /stats tells holds more: also what is not folded yet, and cannot be repeated.
  await waitFor(async () => (await millrace.sql(FOLDED_MAPS)).length > 0, PATIENCE);
  await millrace.sql(REPEAT_RUNS_OVER_THE_HOUR);
  await millrace.sql(REPEAT_DEPTHS_OVER_THE_HOUR);
  const live = await start('publish-map', { region: 'hills', zoom: 6 }, ['hills']);
  await waitFor(
    async () => (await millrace.json<{ children: { succeeded: number } }>(`/runs/${live}`)).children.succeeded > 5,
  );
  const { files } = await millrace.json<{ files: { id: string; counts: { rejected: number } | null }[] }>('/files');
  const withRejects = files.find(({ counts }) => (counts?.rejected ?? 0) > 0)?.id ?? '';
  return [
    { name: 'overview', path: '/' },
    { name: 'runs', path: '/runs' },
    { name: 'run', path: `/runs/${map}` },
    { name: 'tasks', path: '/tasks' },
    { name: 'task', path: '/tasks/publish-map' },
    { name: 'files', path: '/files' },
    { name: 'file', path: `/files/${withRejects}` },
    { name: 'feeds', path: '/feeds' },
    { name: 'phone-overview', path: '/', size: PHONE, themes: ['light'] },
    { name: 'phone-run', path: `/runs/${map}`, size: PHONE, themes: ['dark'] },
  ];
}

await takeScreenshots();
