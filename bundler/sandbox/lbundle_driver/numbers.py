"""Gives the function's process and its parent the same numbers in every run.

In a trace, other processes of the sandbox take the first numbers, and how many depends on the method. Nobody without rights may choose
the number of a process, but the kernel gives them in turn: processes that end at once take those that are too low.
"""
import os

# A tracer has at most 6 processes below it, if it tries each method, and a container's init is one.
PARENT = 10
FUNCTION = PARENT + 1


def fork_as(number):
    """As os.fork, but the new process has at least this number, and exactly this one if no other process has it or a higher one."""
    while True:
        child = os.fork()
        if child == 0:
            if os.getpid() < number:
                os._exit(0)
            return 0
        if child >= number:
            return child
        os.waitpid(child, 0)


def become_parent():
    """Goes on in a process with the parent's number. The process that called this waits, and ends as that one does."""
    child = fork_as(PARENT)
    if child == 0:
        return
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os._exit(status if status >= 0 else 128 - status)


class FunctionProcess:
    """The function's process, which has no thread of its parent before it: it waits until the parent has started all of its own."""

    def __init__(self):
        waiting, self._started = os.pipe()
        self.number = fork_as(FUNCTION)  # 0 in the function's process
        if self.number == 0:
            os.close(self._started)
            os.read(waiting, 1)
            self._started = None
        os.close(waiting)

    def start(self):
        """Lets the process run. To be called by the parent."""
        os.close(self._started)
