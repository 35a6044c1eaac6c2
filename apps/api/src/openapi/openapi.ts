import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { schemaComponents } from './schema-components.js';

/** Serves the OpenAPI document at `/openapi.json` and a page to read and try it at `/docs`. */
export function serveOpenApi(app: NestFastifyApplication): void {
  const document = (): OpenAPIObject => {
    const described = SwaggerModule.createDocument(app, HEADER);
    return { ...described, components: { ...described.components, schemas: schemaComponents() } };
  };
  SwaggerModule.setup('docs', app, document, {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Millrace API',
  });
}

const HEADER = new DocumentBuilder()
  .setOpenAPIVersion('3.1.0')
  .setTitle('Millrace')
  .setDescription('Runs tasks on demand and loads arriving files. Errors are RFC 9457 problems with a stable code.')
  .setVersion('0.1.0')
  .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'One of API_TOKENS, where they are set.' })
  .addSecurityRequirements('bearer')
  .build();
