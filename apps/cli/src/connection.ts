import { type ClientOptions, createMillraceClient, type MillraceClient } from '@millrace/client';
import { type Command, Option } from 'commander';

/** The API that a command talks to. */
export interface Connection extends ClientOptions {
  readonly api: MillraceClient;
}

interface ConnectionOptions {
  readonly url: string;
  readonly token?: string;
}

/** Options that every command has. */
export const CONNECTION_OPTIONS: readonly Option[] = [
  new Option('--url <url>', 'address of the API').env('MILLRACE_URL').default('http://127.0.0.1:3000'),
  new Option('--token <token>', 'token of the API, where it wants one').env('MILLRACE_TOKEN'),
];

/** @throws CommanderError when the address is none */
export function connectionOf(command: Command): Connection {
  const { url, token } = command.optsWithGlobals<ConnectionOptions>();
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    command.error(`error: --url ${url} is no address; give one like http://127.0.0.1:3000`);
  }
  const options = { baseUrl: url, token: () => token };
  return { ...options, api: createMillraceClient(options) };
}
