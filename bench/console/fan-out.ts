import type { Page } from 'playwright-core';
import type { Bench } from '../bench.js';
import { withPage } from '../chromium.js';
import { withBuiltMillrace } from '../engine/built-millrace.js';
import { fanOut as fanOutTask } from '../engine/tasks/bench.task.js';
import { type Figure, type Measured, valueBelow } from '../figure.js';

const CONCURRENCY = 50;

/** The page of a run with many children: until its timeline stands, and how it scrolls. */
export const fanOut: Figure = { id: 'console.fanout', needsRedis: true, measure };

async function measure(bench: Bench): Promise<readonly Measured[]> {
  const children = bench.options.quick ? 1_000 : 10_000;
  const [paints, frames]: [number[], number[]] = [[], []];
  await withBuiltMillrace(bench, CONCURRENCY, async (millrace) => {
    const { url } = await millrace.startApi();
    const worker = await millrace.startWorker();
    const id = await millrace.post(url, fanOutTask.id, { children });
    await worker.until(
      () => millrace.any(`FROM millrace.runs WHERE id = '${id}' AND finished_at IS NOT NULL`),
      600_000,
    );
    for (let run = 0; run < bench.options.runs; run += 1) {
      await withPage(async (page) => {
        paints.push(await paintOf(page, `${url}/runs/${id}`));
        frames.push(await longestFrame(page));
      });
    }
  });
  const common = { unit: 'ms', baseline: [], settings: { children } };
  const what = `the page of a run with ${children} children`;
  return [
    {
      ...common,
      id: 'console.fanout.paint',
      what: `first useful paint of ${what}: its children stand`,
      millrace: paints,
      target: valueBelow(1_000),
    },
    {
      ...common,
      id: 'console.fanout.frame',
      what: `longest frame while ${what} scrolls from end to end`,
      millrace: frames,
      target: valueBelow(50),
    },
  ];
}

/** Milliseconds from the beginning of the navigation, in a browser that has nothing of the page yet. */
async function paintOf(page: Page, url: string): Promise<number> {
  // Seen by the page itself: the clock of the test would count its own way to the browser.
  await page.addInitScript(`window.painted = new Promise((done) => {
    new MutationObserver((_, looking) => {
      if (document.querySelectorAll('.timeline-line .bar').length < 6) return;
      looking.disconnect();
      // After the frame that shows them.
      requestAnimationFrame(() => setTimeout(() => done(performance.now())));
    }).observe(document, { childList: true, subtree: true });
  })`);
  await page.goto(url);
  return page.evaluate<number>('window.painted');
}

/** Milliseconds of the longest of 240 frames, in which the timeline goes from its first line to its last. */
function longestFrame(page: Page): Promise<number> {
  return page.evaluate<number>(`new Promise((done) => {
    const frame = document.querySelector('.timeline-frame');
    const steps = 240;
    let [step, last, longest] = [0, undefined, 0];
    const turn = (now) => {
      if (last !== undefined) longest = Math.max(longest, now - last);
      last = now;
      frame.scrollTop = (frame.scrollHeight - frame.clientHeight) * step / steps;
      if ((step += 1) > steps) done(longest);
      else requestAnimationFrame(turn);
    };
    requestAnimationFrame(turn);
  })`);
}
