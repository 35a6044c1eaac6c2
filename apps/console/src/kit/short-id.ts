/** The part of an id that tells runs apart: the end, since ids begin with their time. */
export function shortId(id: string): string {
  return id.slice(-8);
}
