import { scalarCheck, type ScalarCheck } from './json-scalar.js';

/** Elements that what is no JSON may seem to be: of `!{"a":1,"b":2}` the second is `"b"`, which a colon follows. */
const SEEMING_ELEMENTS = 2;

interface WrongByte {
  readonly byte: number;
  readonly place: { readonly offset: number; readonly line: number };
  /** Of the element. */
  readonly index: number;
}

/**
 * Remembers the first byte that is wrong in an element that is no object, array or text. Such an element is for the check of
 * records to judge, which may do without it; but what is wrong right behind it is wrong because of it.
 */
export class GarbledScalar {
  private scalar: ScalarCheck | undefined;
  private wrong: WrongByte | undefined;

  begin(byte: number, place: WrongByte['place'], index: number): void {
    this.scalar = scalarCheck(byte);
    if (this.scalar === undefined) this.wrong = { byte, place, index };
  }

  step(byte: number, place: WrongByte['place'], index: number): void {
    const step = this.scalar?.step(byte);
    if (step !== 'wrong' && step !== 'after') return;
    this.scalar = undefined;
    this.wrong = { byte, place, index };
  }

  /** The byte that makes what comes before the element of this index wrong; undefined: none. */
  before(index: number): WrongByte | undefined {
    return this.wrong !== undefined && index <= this.wrong.index + SEEMING_ELEMENTS ? this.wrong : undefined;
  }
}
