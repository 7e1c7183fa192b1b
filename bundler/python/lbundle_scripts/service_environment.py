"""The environment of servers that lbundle itself knows: what programs need, and no key or token of the caller."""
import os

KEPT = ("PATH", "HOME", "LANG", "LANGUAGE", "TMPDIR", "TZ", "USER", "LOGNAME")


def server_environment():
    return {name: value for name, value in os.environ.items() if name in KEPT or name.startswith("LC_")}
