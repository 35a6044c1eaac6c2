import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from './metrics.js';

/** Another process has the port. */
class MetricsPortTakenError extends Error {
  readonly code = 'MR_PORT_TAKEN';
  override readonly name = 'MetricsPortTakenError';
  constructor(host: string, port: number, cause: unknown) {
    super(`Port ${port} of ${host} is taken by another process. Stop it, or set METRICS_PORT to a free one.`, {
      cause,
    });
  }
}

export interface MetricsAddress {
  readonly host: string;
  /** Undefined: nothing is served. 0: any free one. */
  readonly port: number | undefined;
}

/** Where metrics are served, until it is closed. */
export interface MetricsServer {
  /** Undefined when nothing is served. */
  readonly url: string | undefined;
  close(): Promise<void>;
}

/** Serves `GET /metrics` and nothing else; nobody is asked for a token. @throws MetricsPortTakenError */
export async function serveMetrics(metrics: Metrics, { host, port }: MetricsAddress): Promise<MetricsServer> {
  if (port === undefined) return { url: undefined, close: async () => undefined };
  const server = createServer((request, response) => {
    if (request.url !== '/metrics' || request.method !== 'GET') return void response.writeHead(404).end();
    metrics.page().then(
      (page) => response.writeHead(200, { 'content-type': metrics.contentType }).end(page),
      () => response.writeHead(500).end(),
    );
  });
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw (error as { code?: unknown }).code === 'EADDRINUSE' ? new MetricsPortTakenError(host, port, error) : error;
  }
  const { address, port: bound, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}/metrics`,
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
