import type { Client } from 'pg';

/**
 * When runs end, as a connection hears that did not end them: a trigger notifies, and PostgreSQL passes it on once the
 * commit is durable. It costs the run that is measured a little; asking in a loop would keep both cores of a small
 * machine busy, which is then not idle.
 */
export class EndsHeard {
  readonly #heard = new Map<string, number>();
  readonly #waiting = new Map<string, (at: number) => void>();
  #next: ((at: number) => void) | undefined;

  /** Listens on a database of Millrace; the client is used for nothing else from then on. */
  static async on(client: Client): Promise<EndsHeard> {
    const ends = new EndsHeard();
    client.on('notification', ({ payload = '' }) => ends.#hear(payload));
    await client.query(TELL_ENDS);
    await client.query('LISTEN bench_ends');
    return ends;
  }

  /** `performance.now()` of the moment in which the end of a run was heard; one call a run. */
  heardAt(runId: string): Promise<number> {
    const at = this.#heard.get(runId);
    this.#heard.delete(runId);
    if (at !== undefined) return Promise.resolve(at);
    return new Promise((resolve) => this.#waiting.set(runId, resolve));
  }

  /** The same of whichever run ends next. */
  nextAt(): Promise<number> {
    return new Promise((resolve) => (this.#next = resolve));
  }

  #hear(runId: string): void {
    const at = performance.now();
    if (this.#next !== undefined) {
      this.#next(at);
      this.#next = undefined;
      return;
    }
    const waiting = this.#waiting.get(runId);
    if (waiting === undefined) this.#heard.set(runId, at);
    else waiting(at);
    this.#waiting.delete(runId);
  }
}

const TELL_ENDS = `
CREATE FUNCTION tell_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('bench_ends', NEW.id::text);
  RETURN NULL;
END $$;
CREATE TRIGGER tell_end AFTER UPDATE ON millrace.runs
  FOR EACH ROW WHEN (OLD.finished_at IS NULL AND NEW.finished_at IS NOT NULL) EXECUTE FUNCTION tell_end();`;
