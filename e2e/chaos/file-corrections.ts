import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiClient } from './api-client.js';
import { dropWhole } from './drop-whole.js';
import { csvOfDrivers, detectionsWith, statusesWith, type FaultyDocument } from './faulty-documents.js';
import type { Correction, Journal } from './journal.js';
import { Random } from './random.js';

/** People who correct files at the same time. */
const PEOPLE = 3;
/** Longest pause of one between two files, in milliseconds. */
const PAUSE_MS = 3_000;
const POLL_MS = 300;

export interface CorrectionParts {
  readonly inbox: string;
  readonly apiUrl: string;
  readonly journal: Journal;
  readonly seed: number;
}

/**
 * People who upload files with a fault and put it right, take loaded files back and load them again, and writers that go on with
 * a file that was loaded already.
 */
export class FileCorrections {
  readonly #parts: CorrectionParts;
  readonly #api: ApiClient;
  readonly #ending = new AbortController();
  #people: Promise<unknown> = Promise.resolve();
  #count = 0;

  constructor(parts: CorrectionParts) {
    this.#parts = parts;
    this.#api = new ApiClient(parts.apiUrl, this.#ending.signal);
  }

  start(): void {
    const { seed } = this.#parts;
    const people = Array.from({ length: PEOPLE }, (_, index) => this.#person(new Random(seed * 1_000 + 500 + index)));
    this.#people = Promise.all(people);
  }

  /** No further corrections; resolves when those under way are answered, or their answers are lost. */
  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#people;
  }

  async #person(random: Random): Promise<void> {
    while (!this.#ending.signal.aborted) {
      await this.#pause(random.between(PAUSE_MS / 3, PAUSE_MS));
      const stories = [() => this.#mend(random), () => this.#takeBack(random), () => this.#growOn(random)];
      await random.pick(stories)();
    }
  }

  /** Uploads a file with a record that does not load, and puts it right. */
  async #mend(random: Random): Promise<void> {
    const document = this.#document(random);
    const fileId = await this.#upload(document);
    if (fileId === undefined) return;
    const path = `/files/${fileId}/rejects/${document.faultyIndex}/resubmit`;
    const isMended = await this.#correct('resubmit', fileId, path, { text: document.corrected });
    if (isMended && random.next() < 0.3) await this.#correct('unload', fileId);
  }

  /** Uploads a file, takes its rows back, and perhaps loads it again. */
  async #takeBack(random: Random): Promise<void> {
    const fileId = await this.#upload(this.#document(random));
    if (fileId === undefined || !(await this.#correct('unload', fileId))) return;
    if (random.next() < 0.7 && (await this.#correct('reload', fileId)) && random.next() < 0.3) {
      await this.#correct('unload', fileId);
    }
  }

  /** Drops a file, and once it is loaded the same path with more behind it. */
  async #growOn(random: Random): Promise<void> {
    const { journal } = this.#parts;
    const number = this.#count++;
    const file = `drivers_20260201_${String(number).padStart(6, '0')}.csv`;
    const [records, more] = [random.between(1, 50), random.between(1, 50)];
    const csvOf = (drivers: number) => csvOfDrivers(`${this.#parts.seed}-${number}`, drivers);
    await this.#drop(file, csvOf(records));
    if (!(await this.#untilLoaded(file))) return;
    journal.write({ what: 'grown', file, records: records + more });
    await this.#drop(file, csvOf(records + more));
  }

  #document(random: Random): FaultyDocument {
    const number = this.#count++;
    return random.next() < 0.5 ? detectionsWith(this.#parts.seed, number, random) : statusesWith(number, random);
  }

  /** Gives its id once it is loaded; undefined when nobody knows, or it is not. */
  async #upload({ name, text }: FaultyDocument): Promise<string | undefined> {
    const answer = await this.#api.once('POST', `/files?name=${name}`, Buffer.from(text));
    const { id, runId } = answer?.body ?? {};
    if (typeof id !== 'string' || typeof runId !== 'string') return undefined;
    return (await this.#hasSucceeded(runId)) ? id : undefined;
  }

  /** Whether it was answered, and its run has succeeded. */
  async #correct(
    correction: Correction,
    fileId: string,
    path = `/files/${fileId}/${correction}`,
    body?: unknown,
  ): Promise<boolean> {
    const { journal } = this.#parts;
    if (this.#ending.signal.aborted) return false;
    journal.write({ what: 'correction-sent', correction, fileId });
    const answer = await this.#api.once('POST', path, body);
    const runId = answer?.body['id'];
    if (answer?.status === 202 && typeof runId === 'string') {
      journal.write({ what: 'corrected', correction, fileId, runId });
      return this.#hasSucceeded(runId);
    }
    if (answer !== undefined && answer.status !== 503) {
      const { status, text } = answer;
      journal.write({ what: 'unexpected', request: `POST ${path}`, status, body: text.slice(0, 500) });
    }
    return false;
  }

  async #hasSucceeded(runId: string): Promise<boolean> {
    while (!this.#ending.signal.aborted) {
      const state = (await this.#api.untilAnswered('GET', `/runs/${runId}`))?.body['state'];
      if (state === 'succeeded') return true;
      if (state === 'failed' || state === 'cancelled') return false;
      await this.#pause(POLL_MS);
    }
    return false;
  }

  async #untilLoaded(name: string): Promise<boolean> {
    while (!this.#ending.signal.aborted) {
      const answer = await this.#api.untilAnswered('GET', '/files?feed=drivers&limit=20');
      const files = (answer?.body['files'] ?? []) as readonly { name: string; state: string }[];
      const file = files.find((one) => one.name === name);
      if (file !== undefined && file.state !== 'arrived') return file.state === 'loaded';
      await this.#pause(POLL_MS);
    }
    return false;
  }

  /** CSV has no end that can be seen: a marker beside it says that it is whole. */
  async #drop(file: string, text: string): Promise<void> {
    const { inbox } = this.#parts;
    await dropWhole(inbox, file, text);
    await writeFile(join(inbox, `${file}.done`), '');
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#ending.signal }).catch(() => undefined);
  }
}
