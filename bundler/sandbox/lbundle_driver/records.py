"""The driver's input and output: the request on one descriptor, the records of the answer on another."""
import os


class Request:
    """The request for one process: the events that it gets one after the other, each with its own id."""

    def __init__(self, content):
        *fields, payload = content.split(b"\0", 12)
        (self.handler, self.function_name, self.memory, self.timeout, ids, self.arn, seconds_shown, self.with_source_lines,
         self.with_tmp, watched, self.control, sizes) = (field.decode("utf-8", "surrogateescape") for field in fields)
        self.timeout = float(self.timeout)  # enforced
        self.seconds_shown = int(seconds_shown) / 1000  # what the function sees as its time
        # self.control names the socket on which services learn that an event has ended: see settle.py. It may be empty.
        self.watched = watched.split("\n") if watched else []  # see own_code.py
        self.events = []  # id and text
        for request_id, size in zip(ids.split(","), map(int, sizes.split(","))):
            self.events.append((request_id, payload[:size].decode("utf-8", "surrogateescape")))
            payload = payload[size:]
        self.request_id = self.events[0][0]  # of the current event


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
