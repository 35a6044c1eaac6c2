import openapiTypescript, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openApiRig, type ApiRig } from '../api-rig.contract.js';

const GENERATED = '../../../../libs/client/src/api-document.ts';
const HEADING = '/** Generated from the OpenAPI document: `npm run client:types` writes it anew. */\n';

let rig: ApiRig;
beforeAll(async () => {
  rig = await openApiRig();
});
afterAll(() => rig.close());

it('the types of the client are those of the OpenAPI document', { timeout: 60_000 }, async () => {
  const answer = await rig.app.inject({ method: 'GET', url: '/openapi.json' });
  const types = astToString(await openapiTypescript(answer.json<OpenAPI3>(), { defaultNonNullable: false }));
  await expect(HEADING + types).toMatchFileSnapshot(GENERATED);
});
