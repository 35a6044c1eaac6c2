import { type AddressInfo, createServer } from 'node:net';

/** A port nobody listens on right now, below the range that outgoing connections take theirs from. */
export async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer().listen(20_000 + Math.floor(Math.random() * 10_000), '127.0.0.1');
    const port = await new Promise<number | undefined>((resolve) => {
      server.once('error', () => resolve(undefined));
      server.once('listening', () => resolve((server.address() as AddressInfo).port));
    });
    if (port === undefined) continue;
    server.close();
    return port;
  }
}
