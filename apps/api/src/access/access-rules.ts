import type { Config } from '@millrace/config';
import type { FastifyRequest } from 'fastify';
import { ASSETS_ROUTE } from '../console/serve-console.js';
import { ProblemError } from '../problems/problem.errors.js';
import { isLoopback } from './loopback.js';
import { TokenCheck } from './token-check.js';

/** Refuses a request by throwing the problem. */
export type AccessRule = (request: FastifyRequest) => void;

const OPEN_ROUTES: ReadonlySet<string | undefined> = new Set(['/health/live', '/health/ready', ASSETS_ROUTE]);
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Who may ask for what: the rules that every request has to pass, in order. */
export function accessRules(http: Config['http']): readonly AccessRule[] {
  if (http.apiTokens.length > 0) return [refuseOtherSites, requireToken(new TokenCheck(http.apiTokens))];
  return isLoopback(http.host) ? [refuseOtherHosts(http.host), refuseOtherSites] : [refuseOtherSites];
}

/** Everything but the health checks and the console's own files needs a token; routes that do not exist too, so that nobody can tell which do. */
function requireToken(tokens: TokenCheck): AccessRule {
  return ({ headers, routeOptions }) => {
    if (OPEN_ROUTES.has(routeOptions.url) || tokens.accepts(headers.authorization)) return;
    throw new ProblemError(
      'MR_UNAUTHORIZED',
      headers.authorization === undefined
        ? 'Send one of API_TOKENS as "Authorization: Bearer <token>"; in a browser, as the password.'
        : 'The token given is none of API_TOKENS.',
    );
  };
}

/** Without tokens a web page could have its own name resolve to 127.0.0.1 and read our answers as its own (DNS rebinding). */
function refuseOtherHosts(boundTo: string): AccessRule {
  return ({ hostname }) => {
    if (isLoopback(hostname) || hostname === boundTo) return;
    throw new ProblemError(
      'MR_HOST_REFUSED',
      `The Host header says "${hostname}". Without API_TOKENS only this machine is served: use localhost, or set API_TOKENS.`,
    );
  };
}

/** A browser sends a page's POST along with what it knows of us, a password included; only our own pages may. */
function refuseOtherSites({ method, headers }: FastifyRequest): void {
  if (SAFE_METHODS.has(method)) return;
  const site = headers['sec-fetch-site'];
  const fromOtherSite =
    site === undefined ? isOtherOrigin(headers.origin, headers.host) : site !== 'same-origin' && site !== 'none';
  if (!fromOtherSite) return;
  throw new ProblemError(
    'MR_ORIGIN_REFUSED',
    `A page of ${headers.origin ?? 'another site'} sent this ${method}. Changes are taken from our own pages and from programs only.`,
  );
}

function isOtherOrigin(origin: string | undefined, host: string | undefined): boolean {
  return origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`;
}
