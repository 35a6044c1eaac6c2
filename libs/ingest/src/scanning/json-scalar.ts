import { BACKSLASH, DOT, isDigit, isHexDigit, MINUS, PLUS, QUOTE, SPACE } from './json-bytes.js';

/** What a byte did to a scalar: went into it, was its last one, came after its end, or cannot stand there. */
type Step = 'inside' | 'last' | 'after' | 'wrong';

/** Checks one JSON string, number or literal byte by byte (RFC 8259). */
export interface ScalarCheck {
  step(byte: number): Step;
}

const ESCAPES = new Set(Buffer.from('"\\/bfnrt'));
const LITERALS = new Map(['true', 'false', 'null'].map((text) => [text.charCodeAt(0), Buffer.from(text)]));
const LOWER_U = 0x75;
const LOWER_E = 0x65;
const UPPER_E = 0x45;
const ZERO = 0x30;

/** The check of the scalar that begins with this byte, which it has taken; undefined when no scalar begins so. */
export function scalarCheck(first: number): ScalarCheck | undefined {
  if (first === QUOTE) return new StringCheck();
  if (first === MINUS || isDigit(first)) return new NumberCheck(first);
  const literal = LITERALS.get(first);
  return literal && new LiteralCheck(literal);
}

class StringCheck implements ScalarCheck {
  private escape = false;
  private hexDigitsDue = 0;

  step(byte: number): Step {
    if (this.hexDigitsDue > 0) {
      this.hexDigitsDue -= 1;
      return isHexDigit(byte) ? 'inside' : 'wrong';
    }
    if (this.escape) {
      this.escape = false;
      if (byte === LOWER_U) this.hexDigitsDue = 4;
      return byte === LOWER_U || ESCAPES.has(byte) ? 'inside' : 'wrong';
    }
    if (byte === QUOTE) return 'last';
    if (byte === BACKSLASH) this.escape = true;
    return byte >= SPACE ? 'inside' : 'wrong';
  }
}

type NumberPart = 'sign' | 'zero' | 'integer' | 'dot' | 'fraction' | 'e' | 'e-sign' | 'exponent';

class NumberCheck implements ScalarCheck {
  private part: NumberPart;

  constructor(first: number) {
    this.part = first === MINUS ? 'sign' : first === ZERO ? 'zero' : 'integer';
  }

  step(byte: number): Step {
    const next = this.next(byte);
    if (next !== undefined) {
      this.part = next;
      return 'inside';
    }
    const complete = ['zero', 'integer', 'fraction', 'exponent'].includes(this.part);
    return complete ? 'after' : 'wrong';
  }

  private next(byte: number): NumberPart | undefined {
    const digit = isDigit(byte);
    const e = byte === LOWER_E || byte === UPPER_E;
    switch (this.part) {
      case 'sign':
        return byte === ZERO ? 'zero' : digit ? 'integer' : undefined;
      case 'zero':
        return byte === DOT ? 'dot' : e ? 'e' : undefined;
      case 'integer':
        return digit ? 'integer' : byte === DOT ? 'dot' : e ? 'e' : undefined;
      case 'dot':
        return digit ? 'fraction' : undefined;
      case 'fraction':
        return digit ? 'fraction' : e ? 'e' : undefined;
      case 'e':
        return digit ? 'exponent' : byte === PLUS || byte === MINUS ? 'e-sign' : undefined;
      case 'e-sign':
      case 'exponent':
        return digit ? 'exponent' : undefined;
    }
  }
}

class LiteralCheck implements ScalarCheck {
  private at = 1;
  constructor(private readonly text: Buffer) {}

  step(byte: number): Step {
    if (byte !== this.text[this.at]) return 'wrong';
    this.at += 1;
    return this.at === this.text.length ? 'last' : 'inside';
  }
}
