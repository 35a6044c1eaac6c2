import { expect, it } from 'vitest';
import { missingPrograms } from './program-specs.js';

it('a program is missing that is not on the PATH, and one that refuses its arguments is not', () => {
  expect(missingPrograms(['node', 'millrace-no-such-program', 'false'])).toEqual(['millrace-no-such-program']);
});
