/**
 * One admission at a time for each gate. Advisory, since a gate is only a name: a row for each key that ever was would
 * have to be kept and cleaned away. The lock ends with the transaction, after its COMMIT can be seen.
 *
 * What follows in the transaction reads by key or from the head of an index, however the tables look to the planner:
 * they fill and drain faster than its statistics. Only plain index scans, too: those remember the dead entries they meet,
 * where a bitmap scan walks over every run that ever had a slot of the gate until the next vacuum.
 */
export const LOCK_GATES = `/* limits.lock-gates */
SELECT pg_advisory_xact_lock(place),
       set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
       set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)
FROM (SELECT DISTINCT hashtextextended(gate, 11) AS place FROM unnest($1::text[]) AS asked (gate) ORDER BY place) AS ordered`;
