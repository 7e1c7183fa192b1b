"""Why a server did not start, in words."""


class NotStarted(Exception):
    """Its text says why, as the end of a sentence about the server: "it ended with exit status 1"."""


def end_of(code):
    return "exit status %d" % code if code >= 0 else "signal %d" % -code
