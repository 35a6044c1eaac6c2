import { type Delivery, type ExecutionRef, FENCED, type Fenced, type NewCall, type NewChild } from '@millrace/runs';
import type { SqlExecutor } from '../../database.js';
import { arrayLiteral } from '../../array-literal.js';
import { firstDelivery } from '../delivery-row.js';
import { ADD_CHILDREN, OPEN_CALL } from './open-calls.sql.js';

/** Records a call with its first children. */
export async function openCall(
  executor: SqlExecutor,
  { runId, epoch }: ExecutionRef,
  call: NewCall,
  children: readonly NewChild[],
): Promise<readonly Delivery[] | Fenced> {
  const { rowCount } = await executor.query(OPEN_CALL, [
    runId,
    epoch,
    call.seq,
    ...columns(children),
    call.kind,
    call.taskId,
    call.key ?? null,
    call.inputHash,
    call.children,
    call.concurrency ?? null,
    children.length === call.children,
  ]);
  return rowCount === 0 ? FENCED : children.map((child) => firstDelivery({ ...child, taskId: call.taskId }));
}

/** Adds the next children of a recorded call; the last ones seal it. */
export async function addChildren(
  executor: SqlExecutor,
  { runId, epoch }: ExecutionRef,
  call: { readonly seq: number; readonly taskId: string },
  children: readonly NewChild[],
  seals: boolean,
): Promise<readonly Delivery[] | Fenced> {
  const { rowCount } = await executor.query(ADD_CHILDREN, [runId, epoch, call.seq, ...columns(children), seals]);
  return rowCount === 0 ? FENCED : children.map((child) => firstDelivery({ ...child, taskId: call.taskId }));
}

function columns(children: readonly NewChild[]): unknown[][] {
  return [
    children.map(({ id }) => id),
    children.map(({ index }) => index),
    children.map(({ key }) => key ?? null),
    children.map(({ queue }) => queue),
    children.map(({ input }) => input),
    children.map(({ priority }) => priority),
    children.map(({ maxAttempts }) => maxAttempts),
    children.map(({ dueAt }) => dueAt ?? null),
    children.map(({ backoff }) => (backoff === undefined ? null : JSON.stringify(backoff))),
    children.map(({ gates }) => arrayLiteral(gates)),
    children.map(({ timeoutMs }) => timeoutMs ?? null),
    children.map(({ trace }) => trace ?? null),
  ];
}
