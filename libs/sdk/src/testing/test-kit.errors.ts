/** The test itself lacks something: a child or a service that the task asks for. `runTask` rejects with it. */
export class TestSetUpError extends Error {
  override readonly name = 'TestSetUpError';
}

/** A value that a schema refuses, or that is more than a run keeps: what the engine would fail the run with. */
export class ValueRefusedError extends Error {
  override readonly name = 'ValueRefusedError';
  constructor(
    readonly code: 'MR_INPUT_INVALID' | 'MR_RESULT_INVALID' | 'MR_RESULT_TOO_LARGE',
    message: string,
    /** JSON pointer of the first value at fault. */
    readonly pointer?: string,
  ) {
    super(message);
  }
}

/** The function asked something else when it was run again from its record. */
export class NotRepeatableError extends Error {
  readonly code = 'MR_REPLAY_MISMATCH';
  readonly fatal = true;
  override readonly name = 'NotRepeatableError';
  constructor(taskId: string, seq: number, recorded: string, asked: string) {
    super(
      `"${taskId}" does not repeat itself. Call ${seq} was ${recorded}; run again from its record, ${asked}. ` +
        'A waiting run is run again from the top with its recorded calls, so it must ask the same each time: put what varies (time, random numbers, reads) into ctx.step.',
    );
  }
}

/** Code of an execution that is over called its context. */
export class PassOverError extends Error {
  readonly code = 'MR_EXECUTION_OVER';
  override readonly name = 'PassOverError';
  constructor(taskId: string) {
    super(`This execution of "${taskId}" is over. Beside an open ctx call, await nothing but ctx.`);
  }
}
