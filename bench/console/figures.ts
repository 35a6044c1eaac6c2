import type { Figure } from '../figure.js';
import { fanOut } from './fan-out.js';
import { growth } from './growth.js';
import { page } from './page.js';
import { sse } from './sse.js';
import { telemetry } from './telemetry.js';

/** The figures about the console and the telemetry, in the order in which they are measured. */
export const consoleFigures: readonly Figure[] = [page, fanOut, sse, telemetry, growth];
