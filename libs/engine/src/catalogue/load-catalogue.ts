import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CatalogueError } from '../engine.errors.js';

/** A value that a module of the catalogue exports, and where it stands. */
export interface CatalogueExport {
  readonly value: unknown;
  readonly origin: string;
}

const MODULE = /(?<!\.d|\.spec|\.test)\.(ts|mts|js|mjs)$/;
const SKIPPED_FOLDERS = new Set(['node_modules', 'dist']);

/**
 * Loads users' tasks and feeds: every module below a folder, or one package. TypeScript files run as they are (by tsx);
 * they see the same copy of `@millrace/sdk` as this process.
 * @param source an absolute folder path, or a package name
 * @throws CatalogueError MR_TASKS_MISSING, MR_TASKS_UNLOADABLE
 */
export async function loadCatalogue(source: string): Promise<readonly CatalogueExport[]> {
  const modules = await findModules(source);
  if (modules.some((module) => /\.m?ts$/.test(module))) {
    const { register } = await import('tsx/esm/api');
    register();
  }
  const exports: CatalogueExport[] = [];
  for (const origin of modules) {
    const namespace = await load(origin);
    for (const value of Object.values(namespace)) exports.push({ value, origin });
  }
  return exports;
}

async function findModules(source: string): Promise<string[]> {
  if (!source.startsWith('/')) return [source];
  const found = await stat(source).catch(() => undefined);
  if (found?.isDirectory() !== true) {
    throw new CatalogueError(
      'MR_TASKS_MISSING',
      `TASKS names "${source}", which is no folder. Create it, or set TASKS to your folder or package of tasks.`,
    );
  }
  return modulesBelow(source);
}

async function modulesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const modules: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.') || SKIPPED_FOLDERS.has(entry.name)) continue;
    if (entry.isDirectory()) modules.push(...(await modulesBelow(path)));
    else if (MODULE.test(entry.name)) modules.push(path);
  }
  return modules;
}

async function load(origin: string): Promise<Record<string, unknown>> {
  const specifier = origin.startsWith('/') ? pathToFileURL(origin).href : origin;
  try {
    return (await import(specifier)) as Record<string, unknown>;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CatalogueError(
      'MR_TASKS_UNLOADABLE',
      `The tasks in ${origin} cannot be loaded: ${reason}. Mend the file, or move it out of TASKS.`,
      cause,
    );
  }
}
