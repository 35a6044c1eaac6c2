const MARK = [0xef, 0xbb, 0xbf];

/** Passes over UTF-8's byte order mark at the start of bytes that come in chunks of any size. */
export class ByteOrderMark {
  /** Bytes of the mark that went by; all of them also when something else came. */
  private past = 0;

  /** How many bytes at the start of this chunk belong to the mark. */
  skip(chunk: Buffer): number {
    let at = 0;
    while (this.past < MARK.length && at < chunk.length && chunk[at] === MARK[this.past]) {
      this.past += 1;
      at += 1;
    }
    if (at < chunk.length) this.past = MARK.length;
    return at;
  }
}
