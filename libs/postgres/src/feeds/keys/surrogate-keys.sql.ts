/** Of names that are not there, sorted, so that two loads cannot deadlock. When one is there by now, none is added. */
export const ADD_VEHICLES = `/* vehicles.add */
INSERT INTO millrace.vehicles (vehicle_id)
SELECT name FROM unnest($1::text[]) AS new (name)
ORDER BY name COLLATE "C"
RETURNING vehicle_id AS name, key::float8 AS key`;

export const FIND_VEHICLES = `/* vehicles.find */
SELECT vehicle_id AS name, key::float8 AS key FROM millrace.vehicles WHERE vehicle_id = ANY ($1::text[])`;

export const ADD_OBJECT_TYPES = `/* object-types.add */
INSERT INTO millrace.object_types (name)
SELECT name FROM unnest($1::text[]) AS new (name)
ORDER BY name COLLATE "C"
RETURNING name, key::float8 AS key`;

export const FIND_OBJECT_TYPES = `/* object-types.find */
SELECT name, key::float8 AS key FROM millrace.object_types WHERE name = ANY ($1::text[])`;
