import { constants } from 'node:fs';

/** As files of others are opened: no link is followed, and nothing that a file was replaced by, a pipe say, is waited for. */
export const READ_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
