import { z } from 'zod';

/** A length of time as text, under three years: `500ms`, `30s`, `10m`, `1h`, `7d`. */
export const DurationText = z.string().regex(/^(\d{1,9}ms|\d{1,7}s|\d{1,5}m|\d{1,4}h|\d{1,3}d)$/, {
  error: 'Give digits with ms, s, m, h or d: "500ms", "30s", "10m", "1h", "7d"',
});
