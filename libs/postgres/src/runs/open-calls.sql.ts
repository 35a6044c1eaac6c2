const CHILDREN = `
  unnest($4::uuid[], $5::int[], $6::text[], $7::text[], $8::json[], $9::int[], $10::int[], $11::timestamptz[], $12::json[])
  AS child (id, child_index, child_key, queue, input, priority, max_attempts, due_at, backoff)`;

const INSERT_CHILDREN = `
INSERT INTO millrace.runs (id, task_id, queue, state, trigger, priority, max_attempts, backoff, input, due_at,
                           root_id, parent_id, parent_seq, child_index, child_key, ancestors, ancestor_seqs)
SELECT child.id, call.task_id, child.queue, 'queued', 'call', child.priority, child.max_attempts, child.backoff, child.input,
       coalesce(child.due_at, clock_timestamp()),
       parent.root_id, parent.id, call.seq, child.child_index, child.child_key, parent.ancestors || parent.id, parent.ancestor_seqs || call.seq
FROM parent, call, ${CHILDREN}
ON CONFLICT (id) DO NOTHING`;

const LOCK_PARENT = `
parent AS (
  SELECT id, root_id, ancestors, ancestor_seqs, attempt FROM millrace.runs
  WHERE id = $1 AND epoch = $2 AND state = 'running'
  FOR NO KEY UPDATE
)`;

/** Records a call with its first children; `pending` counts from the start what is not yet inserted (R12). */
export const OPEN_CALL = `/* runs.open-call */
WITH ${LOCK_PARENT},
call AS (
  INSERT INTO millrace.calls AS open (run_id, seq, kind, task_id, key, input_hash, attempt, children, pending, sealed_at)
  SELECT id, $3::int, $13, $14, $15, $16, attempt, $17::int, $17::int, CASE WHEN $18::boolean THEN clock_timestamp() END
  FROM parent
  -- Sent a second time after a COMMIT whose outcome was unknown.
  ON CONFLICT (run_id, seq) DO UPDATE SET input_hash = open.input_hash
  RETURNING seq, task_id
), inserted AS (${INSERT_CHILDREN})
SELECT seq FROM call`;

/** Adds the next children of a call that is not sealed yet. */
export const ADD_CHILDREN = `/* runs.add-children */
WITH ${LOCK_PARENT},
call AS (
  UPDATE millrace.calls SET sealed_at = CASE WHEN $13::boolean THEN clock_timestamp() END
  FROM parent
  WHERE run_id = parent.id AND seq = $3
  RETURNING seq, task_id
), inserted AS (${INSERT_CHILDREN})
SELECT seq FROM call`;
