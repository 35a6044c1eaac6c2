declare const notJson: unique symbol;
/** Shown by the compiler where a type would not survive its JSON round trip. */
export interface NotJson<Reason extends string> {
  readonly [notJson]: Reason;
}

type JsonPrimitive = string | number | boolean | null | undefined | void;
type Refused =
  bigint | symbol | ((...args: never[]) => unknown) | Date | Map<unknown, unknown> | Set<unknown> | Uint8Array;

/** `T` with `never` in the place of all that `JSON.parse(JSON.stringify(value))` does not give back as it was. */
type Json<T> = unknown extends T
  ? T
  : T extends JsonPrimitive
    ? T
    : T extends Refused
      ? never
      : { [K in keyof T]: Json<T[K]> };

/** `unknown` for a type that JSON keeps; otherwise a type that nothing is assignable to, naming the field's role. */
export type JsonOnly<T, Role extends string> = [T] extends [Json<T>]
  ? unknown
  : NotJson<`${Role} holds a type that JSON does not keep (Date, bigint, Map, ...): use z.iso.datetime(), z.string(), ...`>;

/** As `JsonOnly`, for what must always be there: `undefined` is no JSON document. */
export type JsonDocument<T, Role extends string> = unknown extends T
  ? unknown
  : undefined extends T
    ? NotJson<`${Role} may be undefined, which is no JSON: use null, or an object with an optional field`>
    : JsonOnly<T, Role>;
