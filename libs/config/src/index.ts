export { type Config } from './config.js';
export { ConfigError } from './config.errors.js';
export { DatabaseUrlMissingError, requireDatabaseUrl } from './database-url.js';
export { readEnvironment, type Environment } from './environment.js';
export { loadConfig } from './load-config.js';
export { type RedisServer, type RedisTls } from './redis-server.js';
export { VARIABLES, type VariableName } from './variables.js';
