"""The reference solution's way: the whole file parsed, a row a statement, one commit a file. Arguments: URL, file."""

import json
import sys

import psycopg2

INSERT = """
INSERT INTO reference (vehicle_id, detection_time, object_type, object_value) VALUES (%s, %s, %s, %s)
ON CONFLICT DO NOTHING"""

url, path = sys.argv[1:]
connection = psycopg2.connect(url)
with open(path, encoding="utf-8") as file:
    document = json.load(file)
with connection.cursor() as cursor:
    for event in document["objects_detection_events"]:
        for detection in event["detections"]:
            cursor.execute(
                INSERT,
                (event["vehicle_id"], event["detection_time"], detection["object_type"], detection["object_value"]),
            )
connection.commit()
connection.close()
