"""Runs the raster fixture's events over its staged tree, as a runtime would: in one process, one call for each event.

    raster_events.py TREE EVENT...
"""

import json
import sys

tree, events = sys.argv[1], sys.argv[2:]
sys.path.insert(0, tree)
from handler import handler  # noqa: E402

for name in events:
    with open(name) as event:
        answer = handler(json.load(event), None)
    print(name, answer["statusCode"], len(answer["body"]))
    if answer["statusCode"] != 200:
        sys.exit(f"{name}: {answer}")
