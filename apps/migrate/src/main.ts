import 'reflect-metadata';
import { loadConfig } from '@millrace/config';
import { createLogger } from '@millrace/telemetry';
import { migrate } from './migrate.js';

const NAME = 'migrate';
let logger = createLogger({ name: NAME, level: 'info', pretty: false });
try {
  const config = loadConfig();
  logger = createLogger({ name: NAME, ...config.log });
  await migrate(config);
  logger.info('The database is up to date');
} catch (error) {
  logger.fatal(`The database could not be migrated: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
