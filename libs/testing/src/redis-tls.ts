import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, startRedis } from './redis-server.js';

export interface TlsRedis {
  /** rediss:// */
  readonly url: string;
  /** File with the certificate that signed its own, which is the same. */
  readonly ca: string;
  readonly stop: () => Promise<void>;
}

/** A Redis that speaks TLS, with a certificate of its own for 127.0.0.1. @throws without `redis-server` and `openssl` */
export async function startTlsRedis(): Promise<TlsRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-redis-tls-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const [ca, key, port] = [join(folder, 'certificate.pem'), join(folder, 'key.pem'), freePort()];
    await promisify(execFile)('openssl', [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1'],
      ...['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', ca],
    ]);
    const server = await startRedis([
      ...['--tls-port', `${port}`, '--tls-auth-clients', 'no'],
      ...['--tls-cert-file', ca, '--tls-key-file', key, '--tls-ca-cert-file', ca],
    ]);
    if (server === undefined) throw new Error('TLS needs redis-server on the PATH.');
    return { url: `rediss://127.0.0.1:${port}`, ca, stop: () => server.stop().then(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}
