/** How the process ends. */
export const ExitCode = {
  /** Done; of a followed run: it succeeded. */
  ok: 0,
  /** The API refused, or the run failed. */
  failed: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** The run was cancelled. */
  cancelled: 3,
  /** The API did not answer. */
  unreachable: 4,
  /** Ctrl-C ended the following of a run, which goes on: 128 and the number of SIGINT, as shells have it. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
