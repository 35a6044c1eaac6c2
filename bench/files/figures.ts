import type { Figure } from '../figure.js';
import { large50, large500 } from './large.js';
import { limit } from './limit.js';

/** The figures about files, in the order in which they are measured. */
export const fileFigures: readonly Figure[] = [large50, large500, limit];
