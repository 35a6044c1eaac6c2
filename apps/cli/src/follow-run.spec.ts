import { expect, it } from 'vitest';
import { exitCodeOf } from './follow-run.js';

it.each([
  ['succeeded', 0],
  ['failed', 1],
  ['cancelled', 3],
  ['queued', 130],
  ['running', 130],
  ['waiting', 130],
] as const)('a followed run that is %s ends the process with %i', (state, code) => {
  expect(exitCodeOf({ state })).toBe(code);
});
