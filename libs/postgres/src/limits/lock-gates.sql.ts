/**
 * One admission at a time for each gate. Advisory, since a gate is only a name: a row for each key that ever was would
 * have to be kept and cleaned away. The lock ends with the transaction, after its COMMIT can be seen.
 */
export const LOCK_GATES = `/* limits.lock-gates */
SELECT pg_advisory_xact_lock(place)
FROM (SELECT DISTINCT hashtextextended(gate, 11) AS place FROM unnest($1::text[]) AS asked (gate) ORDER BY place) AS ordered`;
