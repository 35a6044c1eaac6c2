import type { Config } from '@millrace/config';

/** Base URL under which this machine reaches the API. */
export function apiUrl({ host, port }: Config['http']): string {
  const everyAddress: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };
  const reachable = everyAddress[host] ?? host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

export interface WelcomeFacts {
  readonly config: Config;
  /** File that holds the embedded PostgreSQL's URL; undefined: DATABASE_URL was given. */
  readonly databaseUrlFile: string | undefined;
  /** Where the embedded PostgreSQL keeps its data; undefined: DATABASE_URL was given. */
  readonly dataDir: string | undefined;
  readonly logs: string;
  readonly seconds: number;
}

/** The screen that `npm start` ends with. */
export function welcome({ config, databaseUrlFile, dataDir, logs, seconds }: WelcomeFacts): string {
  const url = apiUrl(config.http);
  const token = config.http.apiTokens.length > 0 ? " -H 'authorization: Bearer YOUR_TOKEN'" : '';
  const post = (task: string, input: object) =>
    `curl ${url}/runs${token} -H 'content-type: application/json' -d '${JSON.stringify({ task, input })}'`;
  const places = [
    ['Console', `${url}  (look, start, cancel, retry)`],
    ['API', `${url}/docs`],
    ['Queues', `${url}/queues`],
    ...config.files.inboxes.map((inbox) => ['Inbox', `${inbox}  (drop your files here)`] as const),
    ...(databaseUrlFile === undefined ? [] : [['SQL', `psql "$(cat ${databaseUrlFile})"`]]),
    ...(dataDir === undefined ? [] : [['Data', dataDir]]),
    ['Logs', logs],
  ] as const;
  return [
    '',
    `Millrace is ready (${seconds.toFixed(1)} s)`,
    '',
    ...places.map(([name, place]) => `  ${name.padEnd(8)}${place}`),
    '',
    'Try:',
    `  ${post('hello', { name: 'Ada' })}`,
    `  ${post('fleet-summary', { from: '2000-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' })}`,
    '',
    'Ctrl-C stops it; your data stays.',
    '',
  ].join('\n');
}
