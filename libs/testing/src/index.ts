export { cloneDatabase, type DatabaseClone } from './clone-database.js';
export { describeWithPrograms } from './program-specs.js';
export { startRedisCluster, type RedisCluster } from './redis-cluster.js';
export { startWatchedRedis, type WatchedRedis } from './redis-sentinel.js';
export { startTlsRedis, type TlsRedis } from './redis-tls.js';
export { describeWithRedis, redisUrl } from './redis-specs.js';
export { startRedis, type RedisServer } from './redis-server.js';
export { createTemplateDatabase, type TemplateDatabase } from './template-database.js';
export { waitFor, type WaitForOptions } from './wait-for.js';
