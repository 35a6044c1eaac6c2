import { inspect } from 'node:util';
import { type ExecutionRef, FENCED, type LogLine, type RunStore, storableText } from '@millrace/runs';
import type { LogLevel } from '@millrace/sdk';
import { hideSecretFields, type Logger } from '@millrace/telemetry';

/** Lines written at once, at most 80 KiB each. */
const BATCH = 200;
/** Characters of JSON that the fields of a line may have. */
const LONGEST_FIELDS = 65_536;

/**
 * Collects an execution's log lines and writes them in the background; `flush` waits for what is left. Each is a line of the
 * process too, for whoever collects those of all processes.
 *
 * A replay runs the function from the top: what was logged up to the last answer that an earlier execution was suspended
 * after is stored already, and passed over (R4).
 */
export class RunLog {
  #next: number;
  #buffered: LogLine[] = [];
  #writing: Promise<void> | undefined;

  constructor(
    private readonly execution: ExecutionRef & { readonly attempt: number; readonly lastLog: number },
    /** Whether an earlier execution has written what is logged at this point. */
    private readonly isRepeated: () => boolean,
    private readonly store: RunStore,
    private readonly logger: () => Logger,
    /** Lines were dropped: the run goes on without this execution. */
    private readonly onLate: (lines: number) => void,
  ) {
    this.#next = execution.lastLog + 1;
  }

  async flush(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  add(level: LogLevel, message: string, fields: object | undefined): void {
    if (this.isRepeated()) return;
    this.logger()[level]({ ...(fields && { fields }) }, String(message));
    this.#buffered.push({
      ...{ n: this.#next++, attempt: this.execution.attempt, at: new Date(), level },
      ...{ message: storableText(String(message)), fields: toJson(fields) },
    });
    this.#writing ??= this.#writeBuffered();
  }

  async #writeBuffered(): Promise<void> {
    // Lines of the same tick go together.
    await Promise.resolve();
    while (this.#buffered.length > 0) {
      const lines = this.#buffered.splice(0, BATCH);
      await this.store.appendLogs(this.execution, lines).then(
        (kept) => kept === FENCED && this.onLate(lines.length),
        (error: unknown) => {
          this.logger().error({ err: error, lines: lines.length }, 'log lines could not be stored');
        },
      );
    }
    this.#writing = undefined;
  }
}

/** Fields as JSON text, those that are secret by name hidden; what JSON cannot say, as Node prints it; of what is too long, the beginning. */
function toJson(fields: object | undefined): string | undefined {
  const json = stringify(fields);
  if (json === undefined || json.length <= LONGEST_FIELDS) return json;
  return JSON.stringify({ cut: storableText(json), characters: json.length });
}

function stringify(fields: object | undefined): string | undefined {
  if (fields === undefined) return undefined;
  const shown = hideSecretFields(fields as Record<string, unknown>);
  try {
    return JSON.stringify(shown);
  } catch {
    return JSON.stringify({ unprintable: inspect(shown) });
  }
}
