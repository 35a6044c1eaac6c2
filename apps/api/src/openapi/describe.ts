import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiResponse, type ApiResponseOptions } from '@nestjs/swagger';
import { z } from 'zod';
import { PROBLEMS, type ProblemCode } from '../problems/problem-catalogue.js';
import { schemaRef, type ContractName } from './schema-components.js';

interface Description {
  readonly summary: string;
  /** What the answer holds; undefined: it is a stream alone. */
  readonly answers?: ContractName;
  /** Data of the events, where the answer can be a stream of them. */
  readonly streams?: readonly ContractName[];
  /** @default 200 */
  readonly status?: number;
  /** Shape of the query; each of its fields becomes a parameter. */
  readonly query?: z.ZodObject;
  /** Codes this route answers with, beside those that any route may. */
  readonly problems?: readonly ProblemCode[];
}

/** Documents a route from the contracts. */
export function Describe(description: Description): MethodDecorator {
  const { summary, answers, streams, status = 200, query, problems = [] } = description;
  const content = {
    ...(answers && { 'application/json': { schema: schemaRef(answers) } }),
    ...(streams && { 'text/event-stream': { schema: { oneOf: streams.map(schemaRef) } } }),
  };
  return applyDecorators(
    ApiOperation({ summary }),
    ApiResponse({ status, description: summary, content }),
    ...(query === undefined ? [] : toParameters(query)),
    ...toResponses(problems).map((response) => ApiResponse(response)),
  );
}

function toParameters(query: z.ZodObject): MethodDecorator[] {
  const { properties = {} } = z.toJSONSchema(query, { io: 'output' });
  return Object.entries(properties).map(([name, property]) => {
    const { description = '', ...schema } = property as { description?: string };
    return ApiQuery({ name, required: false, description, schema });
  });
}

/** OpenAPI takes one response a status; the codes that share it are named in its description. */
function toResponses(codes: readonly ProblemCode[]): ApiResponseOptions[] {
  const statuses = [...new Set(codes.map((code) => PROBLEMS[code].status))];
  return statuses.map((status) => ({
    status,
    description: codes.filter((code) => PROBLEMS[code].status === status).join(', '),
    content: { 'application/problem+json': { schema: schemaRef('Problem') } },
  }));
}
