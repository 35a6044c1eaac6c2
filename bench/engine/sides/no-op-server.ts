import 'reflect-metadata';
import { loadConfig } from '@millrace/config';
import { createLogger, Metrics } from '@millrace/telemetry';
import { Controller, HttpCode, Post } from '@nestjs/common';
import { importBuilt } from './millrace-apps.js';

/** The API's own server (its hooks, parsers and filters), with a POST that does nothing instead of its routes. */
interface Server {
  listen(address: { host: string; port: number }): Promise<unknown>;
}
interface BuiltApi {
  readonly createApi: (module: object, parts: object) => Promise<{ getHttpAdapter(): { getInstance(): Server } }>;
}

class NoOpController {
  take(): object {
    return { ok: true };
  }
}
// Applied by hand: this file runs as it is, and what strips its types knows no decorators.
const take = Object.getOwnPropertyDescriptor(NoOpController.prototype, 'take') as PropertyDescriptor;
Post()(NoOpController.prototype, 'take', take);
HttpCode(202)(NoOpController.prototype, 'take', take);
Controller('no-op')(NoOpController);

const config = loadConfig();
const { createApi } = (await importBuilt('api', 'create-api.js')) as BuiltApi;
const module = { module: class NoOpModule {}, controllers: [NoOpController] };
const app = await createApi(module, {
  config,
  logger: createLogger({ name: 'no-op', ...config.log }),
  metrics: new Metrics('api'),
});
const { host, port } = config.http;
await app.getHttpAdapter().getInstance().listen({ host, port });
