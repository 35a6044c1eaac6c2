import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  isSpace,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  SPACE,
} from './json-bytes.js';
import { scalarCheck, type ScalarCheck } from './json-scalar.js';

/** What a byte was to the document, where that matters to a reader of its structure. */
export type EnvelopeEvent =
  | 'key-begins'
  | 'key-ends'
  | 'object-begins'
  | 'object-ends'
  | 'array-begins'
  | 'array-ends'
  | 'scalar-begins'
  | 'wrong'
  | 'too-deep';

type Expected = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end' | 'nothing';

/** Values nested deeper than this around the records are refused: what is open must be remembered. */
export const MAX_DEPTH = 512;

/**
 * Checks a JSON document byte by byte, with memory for its open brackets only. It reads what stands around the
 * records; the records themselves are skipped over by `skippedArray`.
 */
export class JsonEnvelope {
  private readonly open: ('object' | 'array')[] = [];
  private expected: Expected = 'value';
  private scalar: ScalarCheck | undefined;
  private readingKey = false;

  /** Brackets open now. */
  get depth(): number {
    return this.open.length;
  }

  /** Whether the document is complete. */
  get closed(): boolean {
    return this.expected === 'nothing';
  }

  /** Says that there are no more bytes: whether the document is complete. A number at the top ends only here. */
  ends(): boolean {
    if (this.scalar && !this.readingKey && this.open.length === 0 && this.scalar.step(SPACE) === 'after')
      this.endScalar();
    return this.closed;
  }

  /** Takes the next byte. */
  step(byte: number): EnvelopeEvent | undefined {
    if (this.scalar) {
      const step = this.scalar.step(byte);
      if (step === 'inside' || step === 'wrong') return step === 'wrong' ? 'wrong' : undefined;
      const event = this.endScalar();
      return step === 'after' ? this.between(byte) : event;
    }
    return this.between(byte);
  }

  /** Says that someone else has read the array that just began, up to its closing bracket. */
  skippedArray(): void {
    this.endContainer();
  }

  private between(byte: number): EnvelopeEvent | undefined {
    if (isSpace(byte)) return undefined;
    switch (this.expected) {
      case 'value':
        return this.beginValue(byte);
      case 'value-or-end':
        return byte === CLOSE_BRACKET ? this.endContainer() : this.beginValue(byte);
      case 'key':
        return this.beginKey(byte);
      case 'key-or-end':
        return byte === CLOSE_BRACE ? this.endContainer() : this.beginKey(byte);
      case 'colon':
        if (byte !== COLON) return 'wrong';
        this.expected = 'value';
        return undefined;
      case 'comma-or-end':
        return this.afterValue(byte);
      case 'nothing':
        return 'wrong';
    }
  }

  private beginValue(byte: number): EnvelopeEvent {
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) return this.beginContainer(byte);
    this.scalar = scalarCheck(byte);
    return this.scalar ? 'scalar-begins' : 'wrong';
  }

  private beginContainer(byte: number): EnvelopeEvent {
    if (this.open.length === MAX_DEPTH) return 'too-deep';
    const object = byte === OPEN_BRACE;
    this.open.push(object ? 'object' : 'array');
    this.expected = object ? 'key-or-end' : 'value-or-end';
    return object ? 'object-begins' : 'array-begins';
  }

  private endContainer(): EnvelopeEvent {
    const kind = this.open.pop();
    this.endValue();
    return kind === 'object' ? 'object-ends' : 'array-ends';
  }

  private beginKey(byte: number): EnvelopeEvent {
    if (byte !== QUOTE) return 'wrong';
    this.scalar = scalarCheck(byte);
    this.readingKey = true;
    return 'key-begins';
  }

  private endScalar(): EnvelopeEvent | undefined {
    this.scalar = undefined;
    if (!this.readingKey) return this.endValue();
    this.readingKey = false;
    this.expected = 'colon';
    return 'key-ends';
  }

  private endValue(): undefined {
    this.expected = this.open.length === 0 ? 'nothing' : 'comma-or-end';
  }

  private afterValue(byte: number): EnvelopeEvent | undefined {
    const inObject = this.open.at(-1) === 'object';
    if (byte === (inObject ? CLOSE_BRACE : CLOSE_BRACKET)) return this.endContainer();
    if (byte !== COMMA) return 'wrong';
    this.expected = inObject ? 'key' : 'value';
    return undefined;
  }
}
