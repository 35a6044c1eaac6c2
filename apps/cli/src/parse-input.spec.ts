import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseInput } from './parse-input.js';

describe('an input', () => {
  it('is JSON as it stands, or in a file', () => {
    expect(parseInput('{"name":"Ada"}')).toEqual({ name: 'Ada' });
    const folder = mkdtempSync(join(tmpdir(), 'millrace-cli-'));
    writeFileSync(join(folder, 'input.json'), '[1,2]');
    expect(parseInput(`@${join(folder, 'input.json')}`)).toEqual([1, 2]);
    rmSync(folder, { recursive: true });
  });

  it('that is none is refused with what to give', () => {
    expect(() => parseInput('{name: Ada}')).toThrow('Give JSON, @file, or - for stdin');
    expect(() => parseInput('@/no/such/file')).toThrow('/no/such/file cannot be read');
  });
});
