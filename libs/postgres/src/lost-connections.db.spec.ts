import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { cloneDatabase } from '@millrace/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Database } from './database.js';

let clone: Awaited<ReturnType<typeof cloneDatabase>>;
let door: Door;
let database: Database;
beforeEach(async () => {
  clone = await cloneDatabase();
  door = await Door.to(clone.url);
  database = await Database.open({ url: door.url, applicationName: 'spec', poolSize: 1 });
});
afterEach(async () => {
  await database.close();
  await door.close();
  await clone.drop();
});

describe('a connection that PostgreSQL ends', () => {
  it('in the same breath as its last answer costs the caller who takes it next, not the process', async () => {
    door.endAfterNextAnswer();
    const answered = database.query('SELECT 1 AS one');
    // It waits for the one connection, and is given it while the goodbye is being read.
    const next = database.transaction((transaction) => transaction.query('SELECT 2 AS two'));
    expect((await answered).rows).toEqual([{ one: 1 }]);
    await expect(next).rejects.toThrow();
    expect((await database.query('SELECT 3 AS three')).rows).toEqual([{ three: 3 }]);
  });

  it('while nobody uses it is replaced', async () => {
    door.endAfterNextAnswer();
    await database.query('SELECT 1');
    expect((await database.query('SELECT 2 AS two')).rows).toEqual([{ two: 2 }]);
  });
});

/** The end of an answer: the server is ready for the next statement, in no transaction. */
const READY = Buffer.from('Z\0\0\0\u0005I', 'latin1');
const FIELDS = 'SFATAL\0VFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0';
const GOODBYE = Buffer.concat([Buffer.from('E'), int32(4 + FIELDS.length), Buffer.from(FIELDS)]);

/** Stands between a client and its server, and can let the server say goodbye with its next answer. */
class Door {
  #endNext = false;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async to(target: string): Promise<Door> {
    const { hostname, port } = new URL(target);
    const server = createServer((near) => {
      const far = connect(Number(port), hostname);
      near.pipe(far);
      far.on('data', (answer) => {
        const last = door.#endNext && answer.subarray(-READY.length).equals(READY);
        near.write(last ? Buffer.concat([answer, GOODBYE]) : answer);
        if (!last) return;
        door.#endNext = false;
        near.end();
        far.destroy();
      });
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        one.on('error', () => other.destroy()).on('close', () => other.destroy());
      }
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = new URL(target);
    url.hostname = '127.0.0.1';
    url.port = String((server.address() as AddressInfo).port);
    const door = new Door(server, url.href);
    return door;
  }

  endAfterNextAnswer(): void {
    this.#endNext = true;
  }

  async close(): Promise<void> {
    this.server.close();
    await once(this.server, 'close');
  }
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
