"""What goes in and out of the driver: the request on one descriptor, the answer's records on another."""
import os


class Request:
    """One process and the events that it is given one after the other, each with an id of its own."""

    def __init__(self, content):
        *fields, payload = content.split(b"\0", 9)
        (self.handler, self.function_name, self.memory, self.timeout, ids, self.arn, self.with_source_lines,
         self.with_tmp, sizes) = (field.decode("utf-8", "surrogateescape") for field in fields)
        self.timeout = float(self.timeout)
        self.events = []  # id and text
        for request_id, size in zip(ids.split(","), map(int, sizes.split(","))):
            self.events.append((request_id, payload[:size].decode("utf-8", "surrogateescape")))
            payload = payload[size:]
        self.request_id = self.events[0][0]  # of the event at hand


def read_all(descriptor):
    pieces = []
    while piece := os.read(descriptor, 1 << 20):
        pieces.append(piece)
    os.close(descriptor)
    return b"".join(pieces)


def write_line(descriptor, record):
    import json

    line = json.dumps(record).encode() + b"\n"
    while line:
        line = line[os.write(descriptor, line):]
