import { describe, expect, it } from 'vitest';
import { runLink } from './run-link.js';

const [A, B] = ['01931b5c-9d2e-7f00-8000-00000000000a', '01931b5c-9d2e-7f00-8000-00000000000b'];

describe('the link of a job on Bull Board', () => {
  it.each([
    ['a run', { kind: 'runs', runs: [[A, 1]] }, `Run ${A}`],
    [
      'several runs',
      {
        kind: 'runs',
        runs: [
          [A, 1],
          [B, 2],
        ],
      },
      `Run ${A} (and 1 more)`,
    ],
    ['a flow', { kind: 'wake', run: A }, `Run ${A}`],
  ])('of %s leads to the page of the run', (_, data, displayText) => {
    expect(runLink({ data })).toEqual({ displayText, href: `/runs/${A}` });
    expect(runLink({ data: JSON.stringify(data) })).toEqual({ displayText, href: `/runs/${A}` });
  });

  it('of a stranger leads to no run', () => {
    expect(runLink({ data: { other: true } }).href).toBe('/');
    expect(runLink({}).href).toBe('/');
  });
});
