import type { Config } from '@millrace/config';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Another process has the port. */
class PortTakenError extends Error {
  readonly code = 'MR_PORT_TAKEN';
  override readonly name = 'PortTakenError';
  constructor(host: string, port: number, cause: unknown) {
    super(`Port ${port} of ${host} is taken by another process. Stop it, or set PORT to a free one.`, { cause });
  }
}

/** Listens as configured. @throws PortTakenError */
export async function listen(app: NestFastifyApplication, { host, port }: Config['http']): Promise<void> {
  try {
    // Past Nest, which would log the failure besides throwing it.
    await app.getHttpAdapter().getInstance().listen({ host, port });
  } catch (error) {
    const taken = (error as { code?: unknown }).code === 'EADDRINUSE';
    throw taken ? new PortTakenError(host, port, error) : error;
  }
}
