import { z } from 'zod';

/** A word that runs are found by: a customer, a release, a night's work. Without commas, which part tags in a query. */
export const RunTag = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[^\s\p{C},](?:[^\p{C},]*[^\s\p{C},])?$/u, 'No comma, no control character, no space at either end');

/** Tags of one run at most. */
const MAX_TAGS = 10;

export const RunTags = z
  .array(RunTag)
  .max(MAX_TAGS, `A run has ${MAX_TAGS} tags at most`)
  .describe('GET /runs?tag=... finds it by them. Its children do not have them.');
