import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';

/** Milliseconds that something on a page may take to come. */
const PATIENCE_MS = 15_000;
/** Types of what a page cannot come up without. */
const CODE: ReadonlySet<string> = new Set(['document', 'script', 'stylesheet']);

/** Elements at most that Tab passes on its way to another. */
const MOST_TABS = 120;
/** Of a window, in CSS pixels. */
export const PHONE = { width: 360, height: 740 } as const;

export type Theme = 'light' | 'dark';

export interface VisitorOptions {
  /** Address of the console. */
  readonly url: string;
  readonly theme?: Theme;
  /** Of the window, in CSS pixels. */
  readonly width?: number;
  readonly height?: number;
}

/** What axe-core found wrong: the rule, and the elements that break it. */
export interface Violation {
  readonly rule: string;
  readonly elements: readonly string[];
}

/** A person at the console, in a Chromium of this machine. */
export class ConsoleVisitor {
  private constructor(
    private readonly url: string,
    readonly page: Page,
  ) {}

  static async enter(browser: Browser, options: VisitorOptions): Promise<ConsoleVisitor> {
    const { url, theme = 'light', width = 1280, height = 860 } = options;
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: theme,
      reducedMotion: 'reduce',
      hasTouch: width <= PHONE.width,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    return new ConsoleVisitor(url, page);
  }

  /** Goes to a page by its address, until nothing on it is still to be fetched. */
  async goTo(path: string): Promise<void> {
    await this.page.goto(new URL(path, this.url).href);
    await this.page.locator('main h1').waitFor();
    await this.page.locator('main .skeleton').waitFor({ state: 'detached' });
  }

  /** Goes to a page; gives the bytes of the code that it fetched for it, each file packed by gzip. */
  async codeBytes(path: string): Promise<number> {
    const packed: Promise<number>[] = [];
    this.page.on('response', (response) => {
      if (!CODE.has(response.request().resourceType())) return;
      packed.push(response.body().then((body) => gzipSync(body).length));
    });
    await this.goTo(path);
    return (await Promise.all(packed)).reduce((sum, bytes) => sum + bytes, 0);
  }

  /** What the keys go to. */
  focused(): Locator {
    return this.page.locator(':focus');
  }

  /** Goes to an element by Tab alone, from where the focus is. @throws when Tab does not come there */
  async tabTo(target: Locator): Promise<void> {
    await target.waitFor();
    for (let stop = 0; stop < MOST_TABS; stop += 1) {
      if ((await target.and(this.focused()).count()) > 0) return;
      await this.page.keyboard.press('Tab');
    }
    throw new Error(`Tab does not come to ${String(target)} within ${MOST_TABS} elements.`);
  }

  /** Goes to an element by Tab alone, and presses a key there. */
  async press(key: string, target: Locator): Promise<void> {
    await this.tabTo(target);
    await this.page.keyboard.press(key);
  }

  /** Pixels that the page is wider than its window. */
  overflow(): Promise<number> {
    const root = 'document.documentElement';
    return this.page.evaluate<number>(`${root}.scrollWidth - ${root}.clientWidth`);
  }

  /** Breaches of WCAG 2.2 A and AA. */
  async violations(): Promise<Violation[]> {
    await this.page.evaluate(await axeSource());
    return this.page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: { run: (options: object) => Promise<{ violations: Found[] }> } };
      interface Found {
        readonly id: string;
        readonly nodes: readonly { readonly html: string }[];
      }
      const { violations } = await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
      return violations.map(({ id, nodes }) => ({ rule: id, elements: nodes.map(({ html }) => html.slice(0, 200)) }));
    });
  }

  async leave(): Promise<void> {
    await this.page.context().close();
  }
}

/** The Chromium of the PATH, without its sandbox, which root has none of in CI. */
export function openChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: onPath('chromium'), args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

let source: string | undefined;
async function axeSource(): Promise<string> {
  source ??= await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  return source;
}

function onPath(program: string): string {
  return execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
}
