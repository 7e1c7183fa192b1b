"""Between two events of one process: the services write down what the first one wrote, and go back to their first state."""


def settle(control):
    """`control` names an abstract socket in this network. Empty if there are no services that need this."""
    if not control:
        return
    import socket

    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as services:
        services.connect("\0" + control)
        services.recv(1)
