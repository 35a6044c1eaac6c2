/** Carries short texts between all processes, in no order, each at most once; nothing may rely on one. */
export interface HintChannel {
  /** Resolves when they are sent; rejects when they are lost. */
  publish(texts: readonly string[]): Promise<void>;

  /**
   * Hears what any process publishes from now on, this one included.
   * @param onGap called when some may have been missed
   */
  subscribe(onText: (text: string) => void, onGap: () => void): Promise<void>;

  close(): Promise<void>;
}
