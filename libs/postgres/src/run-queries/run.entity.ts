import type { RunFailure } from '@millrace/contracts';
import type { RunState, RunTrigger } from '@millrace/runs';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * A row of `millrace.runs`, for reading. Runs are written by the statements of the run store alone, which guard each
 * write by execution and state.
 */
@Entity({ schema: 'millrace', name: 'runs', synchronize: false })
export class RunEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text', { name: 'task_id' })
  taskId!: string;

  @Column('text')
  queue!: string;

  @Column('text')
  state!: RunState;

  @Column('text')
  trigger!: RunTrigger;

  @Column('integer')
  priority!: number;

  @Column('integer')
  attempt!: number;

  @Column('integer', { name: 'max_attempts' })
  maxAttempts!: number;

  @Column('uuid', { name: 'parent_id', nullable: true })
  parentId!: string | null;

  @Column('uuid', { name: 'root_id' })
  rootId!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'due_at' })
  dueAt!: Date;

  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt!: Date | null;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt!: Date | null;

  @Column('text', { array: true, nullable: true })
  tags!: string[] | null;

  @Column('json', { nullable: true })
  error!: RunFailure | null;
}
