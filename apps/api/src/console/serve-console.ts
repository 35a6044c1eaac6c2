import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import type { BuiltConsole } from './built-console.js';
import { asksForPage, takesPage } from './page-addresses.js';

/** The page takes nothing from elsewhere and runs no script but its own. */
const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  vary: 'accept',
};

/** Where the scripts, styles and fonts are. */
const ASSETS = '/assets/';
/** Pattern of that route, which is open to everybody: what is there holds no data. */
export const ASSETS_ROUTE = `${ASSETS}*`;

/**
 * Serves the console. Its page and assets need no token, since they are the same everywhere: the page asks for one when
 * the API refuses it. Call this before the access rules are hooked in.
 */
export function serveConsole(fastify: FastifyInstance, { page, scripts, assets }: BuiltConsole): void {
  fastify.addHook('onRequest', async ({ method, url, headers, is404 }, reply) => {
    const isPage = asksForPage(method, url, headers.accept);
    // To a person it is the page that says that nothing is there.
    if (!isPage && !(is404 && takesPage(method, headers.accept))) return undefined;
    return reply
      .code(isPage ? 200 : 404)
      .headers({ ...PAGE_HEADERS, ...preloading(scripts, url) })
      .send(page);
  });
  void fastify.register(fastifyStatic, {
    root: assets,
    prefix: ASSETS,
    decorateReply: false,
    index: false,
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply) => {
      // A file's name changes with its content.
      void reply.header('cache-control', 'public, max-age=31536000, immutable');
    },
  });
}

/** Has the browser fetch the scripts of the page at this address with its document. */
function preloading(scripts: BuiltConsole['scripts'], url: string): { link?: string } {
  const [path = '/'] = url.split('?');
  const files = scripts[path.replace(/^(\/[^/]+)\/[^/]+$/, '$1/:id')] ?? [];
  return files.length === 0 ? {} : { link: files.map((file) => `</${file}>; rel=modulepreload`).join(', ') };
}
