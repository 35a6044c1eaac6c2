export { cloneDatabase, type DatabaseClone } from './clone-database.js';
export { describeWithRedis, redisUrl } from './redis-specs.js';
export { startRedis, type RedisServer } from './redis-server.js';
export { createTemplateDatabase, type TemplateDatabase } from './template-database.js';
export { waitFor, type WaitForOptions } from './wait-for.js';
