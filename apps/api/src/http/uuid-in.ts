import { z } from 'zod';

/** The UUID in a part of a path; undefined when it cannot be one, and so names nothing. */
export function uuidIn(text: string): string | undefined {
  return z.uuid().safeParse(text).data;
}
