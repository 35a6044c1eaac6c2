/** What a reader gives when the bytes are not certainly as declared: they must be looked at the slow way. */
export const UNSURE = Symbol('unsure');

/** Where a reader stands in its bytes. */
export class ByteCursor {
  at = 0;
  /** Newlines passed. */
  newlines = 0;
  /** Keys passed. */
  keys = 0;
  /** The bytes again, for reading four at once. */
  readonly view: DataView;

  constructor(readonly bytes: Buffer) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }
}

/** Takes one value at the cursor and moves it behind; gives the value as its schema would. */
export type ReadValue = (cursor: ByteCursor) => unknown;
