/** How often what is shown is asked for again, in milliseconds, while it can still change. */
export const POLL = { run: 1_000, list: 2_000, catalogue: 30_000 } as const;
