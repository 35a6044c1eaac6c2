/** Where runs stand now; by primary keys. */
export const STAND_OF_RUNS = `/* run-queries.stand */
SELECT id, task_id AS task, state, root_id AS root FROM millrace.runs WHERE id = ANY ($1::uuid[])`;
