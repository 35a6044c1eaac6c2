import { readdir, readFile } from 'node:fs/promises';

interface Entry {
  readonly pid: number;
  readonly parent: number;
  /** Of the process itself, in hundredths of a second. */
  readonly ticks: number;
}

/** Seconds of CPU that these processes and all below them have used so far. Linux only. */
export async function cpuSeconds(roots: readonly number[]): Promise<number> {
  const entries = await readEntries();
  const wanted = new Set(roots);
  for (let size = 0; size !== wanted.size;) {
    size = wanted.size;
    for (const { pid, parent } of entries) if (wanted.has(parent)) wanted.add(pid);
  }
  return entries.reduce((sum, { pid, ticks }) => sum + (wanted.has(pid) ? ticks : 0), 0) / 100;
}

async function readEntries(): Promise<Entry[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const entries = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')));
  return entries.filter(Boolean).map((text) => {
    // The name in parentheses may hold spaces.
    const [, parent, ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { pid: Number.parseInt(text), parent: Number(parent), ticks: Number(rest[9]) + Number(rest[10]) };
  });
}
