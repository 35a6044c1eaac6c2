import { connect } from 'node:net';
import { percentile } from './statistics.js';

export interface HttpLoad {
  readonly port: number;
  readonly path: string;
  readonly connections: number;
  readonly seconds: number;
  readonly body: string;
}

/** POSTs one body over and over on so many connections; gives requests a second and the p99 in milliseconds. */
export async function loadHttp(load: HttpLoad): Promise<{ perSecond: number; p99: number }> {
  const request = [
    `POST ${load.path} HTTP/1.1`,
    `Host: 127.0.0.1:${load.port}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(load.body)}`,
    '',
    load.body,
  ].join('\r\n');
  const latencies: number[] = [];
  const started = performance.now();
  const end = started + load.seconds * 1_000;
  await Promise.all(Array.from({ length: load.connections }, () => connection(load.port, request, end, latencies)));
  return {
    perSecond: latencies.length / ((performance.now() - started) / 1_000),
    p99: percentile(latencies, 0.99),
  };
}

/** One request after the other until the end. */
function connection(port: number, request: string, end: number, latencies: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1').setNoDelay().on('error', reject);
    let text = '';
    let sent = 0;
    const send = () => {
      if (performance.now() >= end) {
        socket.destroy();
        return resolve();
      }
      text = '';
      sent = performance.now();
      socket.write(request);
    };
    socket.once('connect', send);
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (!isWhole(text)) return;
      if (!text.startsWith('HTTP/1.1 2'))
        return reject(new Error(`The load got an answer that is no success: ${text}`));
      latencies.push(performance.now() - sent);
      send();
    });
  });
}

function isWhole(text: string): boolean {
  const headers = text.indexOf('\r\n\r\n');
  const length = /content-length: (\d+)/i.exec(text)?.[1];
  return headers !== -1 && length !== undefined && text.length >= headers + 4 + Number(length);
}
