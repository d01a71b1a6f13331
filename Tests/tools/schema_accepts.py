"""Says which documents a JSON Schema accepts: one name a line.

usage: schema_accepts.py SCHEMA DOCUMENTS
DOCUMENTS holds a JSON object a line: {"name": ..., "document": ...}. Needs PyPI's jsonschema.
"""

import json
import sys

import jsonschema

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
with open(sys.argv[2], encoding="utf-8") as file:
    for line in file:
        entry = json.loads(line)
        if validator.is_valid(entry["document"]):
            print(entry["name"])
