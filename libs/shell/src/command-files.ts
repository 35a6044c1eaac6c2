import { lstat, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandResultError } from './shell.errors.js';

/** Bytes that a result may have: what is kept in a run's row. */
const RESULT_LIMIT = 1024 * 1024;

/** The folder of one execution, which only this account can enter: its input, and the result that the command writes. */
export class CommandFiles {
  private constructor(private readonly folder: string) {}

  static async create(input: string, scratch: string): Promise<CommandFiles> {
    const files = new CommandFiles(await mkdtemp(join(scratch, 'millrace-shell-')));
    await writeFile(files.input, input);
    return files;
  }

  get input(): string {
    return join(this.folder, 'input.json');
  }

  get result(): string {
    return join(this.folder, 'result.json');
  }

  /**
   * What the command wrote; null when it wrote nothing.
   * @throws CommandResultError
   */
  async readResult(): Promise<unknown> {
    const found = await lstat(this.result).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    if (found === undefined) return null;
    if (!found.isFile()) throw new CommandResultError('MR_COMMAND_RESULT', '$MILLRACE_RESULT is no regular file.');
    if (found.size > RESULT_LIMIT) {
      throw new CommandResultError(
        'MR_RESULT_TOO_LARGE',
        `The command wrote ${found.size} bytes to $MILLRACE_RESULT; at most ${RESULT_LIMIT} are kept. Store the data elsewhere and write where it is.`,
      );
    }
    return parseJson(await readFile(this.result));
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch (error) {
    const reason = bytes.length === 0 ? 'it is empty' : (error as Error).message;
    throw new CommandResultError(
      'MR_COMMAND_RESULT',
      `What the command wrote to $MILLRACE_RESULT is no JSON: ${reason}. Write one JSON value, or no file at all for null.`,
    );
  }
}
