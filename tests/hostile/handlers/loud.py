"""A handler that prints without end, and answers."""
import os


def handler(event, context):
    if "print" in event:
        line = b"x" * 99 + b"\n"
        for _ in range(event["print"]):
            os.write(1, line * 10000)  # 1 MB
        os.write(1, b"the last line\n")
        return "printed"
    return "y" * event["answer"]
