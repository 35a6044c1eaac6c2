import type { Bench } from './bench.js';

/** What a result must reach: its ratio to the baseline, or its own value. */
export interface Target {
  readonly of: 'ratio' | 'value';
  readonly bound: 'at-least' | 'at-most' | 'below';
  readonly limit: number;
}

/** What both sides of one comparison gave, run by run. */
export interface Measured {
  readonly id: string;
  readonly what: string;
  readonly unit: string;
  /** Empty when there is nothing to compare with. */
  readonly baseline: readonly number[];
  readonly millrace: readonly number[];
  readonly target: Target;
  /** All that was the same on both sides. */
  readonly settings: Readonly<Record<string, string | number>>;
}

/** One line of the table of figures; several results when it has several targets. */
export interface Figure {
  readonly id: string;
  readonly needsRedis: boolean;
  readonly measure: (bench: Bench) => Promise<readonly Measured[]>;
}

export const atLeast = (limit: number): Target => ({ of: 'ratio', bound: 'at-least', limit });
export const atMost = (limit: number): Target => ({ of: 'ratio', bound: 'at-most', limit });
export const valueAtMost = (limit: number): Target => ({ of: 'value', bound: 'at-most', limit });
export const valueBelow = (limit: number): Target => ({ of: 'value', bound: 'below', limit });

/** Thrown by a figure that cannot be measured for want of something that nobody need have. The message says what. */
export class SkippedError extends Error {
  override readonly name = 'SkippedError';
}
