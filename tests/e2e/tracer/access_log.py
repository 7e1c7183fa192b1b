"""Reads an access log (docs/formats/access-log.md)."""

import base64
import json
import os


class AccessLog:
    def __init__(self, path):
        with open(path, "rb") as file:
            lines = file.read().split(b"\n")
        if lines[-1] != b"":
            raise ValueError("the last line is not whole")
        records = [json.loads(line.decode("utf-8", "strict")) for line in lines[:-1]]
        self.header, self.records = records[0], records[1:]
        if self.header.get("format") != "lbundle-access" or self.header.get("version") != 1:
            raise ValueError("not an access log of version 1")
        self.ended = bool(self.records) and self.records[-1]["t"] == "end"

    def of(self, record_type):
        return [record for record in self.records if record["t"] == record_type]

    def facts(self):
        """Returns all (kind, path), with the path as bytes."""
        return {(record["kind"], text(record, "path")) for record in self.of("access")}


def text(record, member):
    if member in record:
        return os.fsencode(record[member])
    return base64.b64decode(record[member + "_base64"], validate=True)
