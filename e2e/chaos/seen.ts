import { createHash } from 'node:crypto';

/** What a parent was told of a child, in one line: a success with its result, else the child's id. */
export function sightOf(child: { succeeded: boolean; runId: string; result: unknown }): string {
  return child.succeeded ? `succeeded ${JSON.stringify(child.result)}` : `failed ${child.runId}`;
}

/** Digest of what a parent was told of its children, in the order of its calls and their inputs. */
export function digestOf(sights: readonly string[]): string {
  return createHash('sha256').update(sights.join('\n')).digest('hex').slice(0, 16);
}
