import { createLogger, type Logger } from './logger.js';

/** Ends what `start` began; resolves when everything is closed. */
export type Stop = () => Promise<void>;

/** Asks for the end of this process in good order, and for another one in its place. */
export type Recycle = (why: string) => void;

/** What a process asks of its own life cycle while it starts. */
export interface OwnLife {
  readonly recycle: Recycle;
  /** Sets how many milliseconds stopping may take before the process exits regardless. @default 60000 */
  readonly stopWithin: (ms: number) => void;
}

/** Milliseconds that stopping may take of a process that sets none. */
const STOP_DEADLINE_MS = 60_000;

/** Exit code of a process that wants to be started again (EX_TEMPFAIL of sysexits.h). */
const RECYCLED = 75;

/** What a launcher is told over the IPC channel once the process serves. */
export interface ReadyMessage {
  readonly ready: true;
}

/** The part of Node's `process` that a life cycle touches. */
export interface ProcessHost {
  on(event: 'SIGTERM' | 'SIGINT' | 'disconnect', listener: () => void): unknown;
  /** Present when a parent opened an IPC channel. */
  send?(message: ReadyMessage): unknown;
  exit(code: number): void;
}

export interface ProcessOptions {
  /** `api`, `worker`, ...: the name in its log lines. */
  readonly name: string;
  /** Reads the configuration, opens connections, listens; what it throws ends the process with code 1. */
  readonly start: (life: OwnLife) => Promise<Stop>;
  /** @default JSON lines from `info` on, which is what a mistake in the configuration itself is told by */
  readonly logger?: Logger;
  /** @default Node's own `process` */
  readonly host?: ProcessHost;
}

/**
 * The life of one of Millrace's processes. It starts, tells its parent that it is ready, and stops in order at SIGTERM,
 * at SIGINT, or when the parent that launched it is gone (its IPC channel closes), so that a killed launcher leaves
 * nothing behind. A second signal exits at once. It stops in order by itself, with code 75, when what it started asks to
 * be recycled. A boot error is one log line: for errors of ours (`MR_...`) the
 * sentence alone, for others with the stack.
 */
export async function runProcess(options: ProcessOptions): Promise<void> {
  const { name, start, logger = createLogger({ name, level: 'info', pretty: false }) } = options;
  const { host = process } = options;
  let stopDeadlineMs = STOP_DEADLINE_MS;
  let stop: Stop | undefined;
  let stopping = false;
  let asked = false;

  const end = async (why: string, code = 0) => {
    if (stopping) return;
    stopping = true;
    // Still starting: nothing is served yet, and PostgreSQL rolls back what was open.
    if (stop === undefined) return host.exit(0);
    logger.info(`${name} stops: ${why}`);
    const deadline = setTimeout(() => {
      logger.error(`${name} did not stop within ${stopDeadlineMs} ms`);
      host.exit(1);
    }, stopDeadlineMs);
    const unclean = failed(`${name} did not stop cleanly`);
    host.exit(
      await stop().then(
        () => code,
        (error: unknown) => Math.max(code, unclean(error)),
      ),
    );
    clearTimeout(deadline);
  };
  const failed = (what: string) => (error: unknown) => {
    logger.fatal(describe(error), `${what}: ${messageOf(error)}`);
    return 1;
  };

  const onSignal = (why: string) => {
    if (asked) return host.exit(1);
    asked = true;
    void end(why);
  };

  host.on('SIGTERM', () => onSignal('SIGTERM'));
  host.on('SIGINT', () => onSignal('SIGINT'));
  host.on('disconnect', () => onSignal('its launcher is gone'));
  try {
    stop = await start({ recycle: (why) => void end(why, RECYCLED), stopWithin: (ms) => (stopDeadlineMs = ms) });
  } catch (error) {
    return host.exit(failed(`${name} did not start`)(error));
  }
  host.send?.({ ready: true });
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

function describe(error: unknown): { code: string } | { err: unknown } {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && code.startsWith('MR_') ? { code } : { err: error };
}
