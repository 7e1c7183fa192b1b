"""Makes the template of a database service: its data folder with the seed in it.

Arguments: SPECIFICATION

SPECIFICATION is a JSON file: an object as service_databases.py describes it, in which "data" is a folder to make, with "seed": the
files that fill the database, "state": the file that says what is in it afterwards, and "log". Exit status 1: stderr has one line that
says why.
"""
import json
import os
import subprocess
import sys

from lbundle_scripts.service_databases import KINDS, Database
from lbundle_scripts.service_log import NotStarted, end_of
from lbundle_scripts.services import end_with_parent


def make(service):
    kind = KINDS[service["kind"]](service)

    def run(command):
        with open(service["log"], "ab") as output:
            ended = subprocess.call(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
        if ended:
            raise NotStarted("%s ended with %s" % (os.path.basename(command[0]), end_of(ended)))

    kind.make(service["data"], run)
    server = Database(kind, service, service["log"], end_with_parent)
    server.start_on_data()
    try:
        kind.seed(service["seed"])
    except RuntimeError as error:
        raise NotStarted("the seed fails: %s" % error) from error
    with open(service["state"], "w", encoding="utf-8") as file:
        json.dump(server.state(), file, sort_keys=True)
    server.stop()


def main(arguments):
    with open(arguments[0], encoding="utf-8") as file:
        service = json.load(file)
    try:
        make(service)
    except NotStarted as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0
