/** Whether a client asks for server-sent events, as an `EventSource` does. */
export function wantsStream(accept: string | undefined): boolean {
  return accept !== undefined && /(^|[\s,])text\/event-stream\b/.test(accept);
}
