import createClient, { type Client } from 'openapi-fetch';
import type { paths } from './api-document.js';

/** The API by its routes: `client.GET('/runs/{id}', { params: { path: { id } } })`, typed from the OpenAPI document. */
export type MillraceClient = Client<paths, 'application/json'>;

export interface ClientOptions {
  /** Where the API listens, as `http://localhost:3000`. */
  readonly baseUrl: string;
  /** Asked before each request; undefined where the API wants none. @default none */
  readonly token?: () => string | undefined;
}

/** A client of one API. It sends no cookies and takes no stored password: a token is all that it knows. */
export function createMillraceClient({ baseUrl, token = () => undefined }: ClientOptions): MillraceClient {
  const client = createClient<paths, 'application/json'>({
    baseUrl,
    credentials: 'omit',
    headers: { accept: 'application/json' },
  });
  client.use({
    onRequest({ request }) {
      const given = token();
      if (given !== undefined) request.headers.set('authorization', `Bearer ${given}`);
      return request;
    },
  });
  return client;
}
