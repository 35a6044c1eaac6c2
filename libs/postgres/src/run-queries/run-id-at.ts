/**
 * The lowest id a run created at this time can have: UUIDv7 (RFC 9562) opens with the milliseconds since 1970, 48 bits.
 * Lets a filter by time use the primary key.
 */
export function lowestRunIdAt(time: Date): string {
  const hex = Math.max(0, time.getTime()).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
