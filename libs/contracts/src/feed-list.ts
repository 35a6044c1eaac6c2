import { z } from 'zod';
import { FeedView } from './file.js';

/** Answer of `GET /feeds`, by id. */
export const FeedList = z.object({ feeds: z.array(FeedView) });
export type FeedList = z.infer<typeof FeedList>;
