/** Ids of the tasks that load a file: with others of its list, and with a job of its own. */
export const LOAD_TASKS = ['load-file', 'load-large-file'] as const;

/** Bytes from which on a file is for no list: one of five hundred that are smaller has 250 MB at most, for one worker. */
const ALONE_BYTES = 512 * 1024;

/** The id of the task that loads a file of so many bytes. */
export function loadTaskOf(bytes: number | bigint): (typeof LOAD_TASKS)[number] {
  const [listed, alone] = LOAD_TASKS;
  return bytes < ALONE_BYTES ? listed : alone;
}
