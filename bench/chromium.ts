import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { chromium, type Page } from 'playwright-core';

/** A page of a Chromium of the PATH, for a piece of work. @throws when there is none */
export async function withPage<T>(work: (page: Page) => Promise<T>): Promise<T> {
  const { stdout } = await promisify(execFile)('sh', ['-c', 'command -v chromium']);
  const args = ['--no-sandbox', '--disable-dev-shm-usage'];
  const browser = await chromium.launch({ executablePath: stdout.trim(), args });
  try {
    return await work(await browser.newPage({ viewport: { width: 1280, height: 860 } }));
  } finally {
    await browser.close();
  }
}
