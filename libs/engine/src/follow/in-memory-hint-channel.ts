import type { HintChannel } from './hint-channel.port.js';

/** Hints within one process, for specs. */
export class InMemoryHintChannel implements HintChannel {
  readonly #subscribers: { readonly onText: (text: string) => void; readonly onGap: () => void }[] = [];

  async publish(texts: readonly string[]): Promise<void> {
    for (const { onText } of this.#subscribers) texts.forEach(onText);
  }

  async subscribe(onText: (text: string) => void, onGap: () => void): Promise<void> {
    this.#subscribers.push({ onText, onGap });
  }

  /** What a channel does that was away for a while. */
  tear(): void {
    for (const { onGap } of this.#subscribers) onGap();
  }

  async close(): Promise<void> {
    this.#subscribers.length = 0;
  }
}
