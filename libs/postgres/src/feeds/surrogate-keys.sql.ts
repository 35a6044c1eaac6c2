/** What is known is left out of the INSERT, since each conflict would use up a key; sorted, so that two loads cannot deadlock. */
export const ADD_VEHICLES = `/* vehicles.add */
INSERT INTO millrace.vehicles (vehicle_id)
SELECT new.name FROM unnest($1::text[]) AS new (name)
WHERE NOT EXISTS (SELECT FROM millrace.vehicles AS known WHERE known.vehicle_id = new.name)
ORDER BY new.name COLLATE "C"
ON CONFLICT (vehicle_id) DO NOTHING
RETURNING vehicle_id AS name, key::float8 AS key`;

export const FIND_VEHICLES = `/* vehicles.find */
SELECT vehicle_id AS name, key::float8 AS key FROM millrace.vehicles WHERE vehicle_id = ANY ($1::text[])`;

export const ADD_OBJECT_TYPES = `/* object-types.add */
INSERT INTO millrace.object_types (name)
SELECT new.name FROM unnest($1::text[]) AS new (name)
WHERE NOT EXISTS (SELECT FROM millrace.object_types AS known WHERE known.name = new.name)
ORDER BY new.name COLLATE "C"
ON CONFLICT (name) DO NOTHING
RETURNING name, key::float8 AS key`;

export const FIND_OBJECT_TYPES = `/* object-types.find */
SELECT name, key::float8 AS key FROM millrace.object_types WHERE name = ANY ($1::text[])`;
