const KEY = 'millrace.token';

type Listener = () => void;

/** The token of this browser, and whether the API has asked for one that we do not have. */
class TokenKeeper {
  #isMissing = false;
  readonly #listeners = new Set<Listener>();

  get token(): string | undefined {
    return localStorage.getItem(KEY) ?? undefined;
  }

  get isMissing(): boolean {
    return this.#isMissing;
  }

  /** The API refused what it was sent. */
  refuse(): void {
    this.#become(true);
  }

  keep(token: string): void {
    localStorage.setItem(KEY, token);
    this.#become(false);
  }

  forget(): void {
    localStorage.removeItem(KEY);
    this.#become(true);
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #become(isMissing: boolean): void {
    if (this.#isMissing === isMissing) return;
    this.#isMissing = isMissing;
    for (const listener of this.#listeners) listener();
  }
}

export const tokenKeeper = new TokenKeeper();
