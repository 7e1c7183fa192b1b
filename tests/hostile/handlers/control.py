"""A handler whose texts would write to a terminal, rename its window or hide lines, if they reached it as they are."""
import os
import sys

import greeting

TEXT = "\x1b]0;owned\x07\x1b[2J\x9b31m\x7f\r\b"


def handler(event, context):
    greeting.words()
    print("printed " + TEXT, flush=True)
    sys.stderr.write("complained " + TEXT + "\n")
    if event.get("raise"):
        raise RuntimeError("raised " + TEXT)
    here = os.path.dirname(os.path.abspath(__file__))
    return "answered %s %s" % (TEXT, os.path.exists(os.path.join(here, "greeting/unused.py")))
