export { EmbeddedServerError, type EmbeddedServerErrorCode } from './embedded-server.errors.js';
export { startEmbeddedServer, type EmbeddedServer, type EmbeddedServerOptions } from './embedded-server.js';
