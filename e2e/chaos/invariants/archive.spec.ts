import { describe, expect, it } from 'vitest';
import { fileRow } from './evidence-of.js';
import { archiveIsWhole } from './archive.js';

const file = fileRow({ id: 'i', name: 'f', sha256: 'abc' });
const messages = (files: readonly (typeof file)[], archived: Record<string, string>) =>
  archiveIsWhole({ files, archived: new Map(Object.entries(archived)) }).map(({ message }) => message);

describe('that the archive is whole', () => {
  it('holds for the bytes that were loaded, and asks nothing of a file that was not', () => {
    expect(messages([file], { i: 'abc' })).toEqual([]);
    const states = ['arrived', 'quarantined', 'failed', 'vanished'];
    const notLoaded = states.map((state) => fileRow({ state, sha256: null }));
    expect(messages(notLoaded, {})).toEqual([]);
  });

  it.each(['loaded', 'duplicate', 'unloaded', 'superseded'])(
    'is broken by a file that is %s and not there',
    (state) => {
      expect(messages([{ ...file, state }], {})).toEqual([`f is ${state} and is not in the archive`]);
    },
  );

  it('is broken by part of the bytes', () => {
    expect(messages([file], { i: 'ab' })).toEqual(['f is loaded and has other bytes in the archive']);
  });

  it('is broken by a file that nobody registered', () => {
    expect(messages([], { i: 'abc' })).toEqual(['the archive holds a file of i, which the ledger does not know']);
  });
});
