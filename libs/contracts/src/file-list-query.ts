import { z } from 'zod';
import { FileState } from './file.js';
import { oneOrMore, PAGING } from './listing.js';
import { StoredText } from './stored-text.js';

/** Query of `GET /files`. All filters given must hold. */
export const FileListQuery = z.strictObject({
  feed: StoredText.optional().describe('Files that this feed took.'),
  state: oneOrMore(FileState).describe('Files in one of these states: repeat it, or separate them by commas.'),
  ...PAGING,
});
export type FileListQuery = z.infer<typeof FileListQuery>;
