"""The stand-in for AWS: moto's server, filled with a seed, on the loopback of the sandbox.

Arguments: SPECIFICATION DESCRIPTOR

SPECIFICATION is a JSON file: {"tool": the folder that moto was installed into, "seed": [path] or [], "folder": of the project,
"region": ..., "account": ..., "certificate": where the sandbox's certificate is written}. DESCRIPTOR is a socket. One line of JSON
comes back when the server is ready: {"ready": true}, or {"failed": why}. After that it answers each line: "written" with what was
written since the seed, "reset" with {"ready": true} when the state is that after the seed again. The end of the socket ends the server.

moto runs on an interpreter and from a folder that the function cannot see. Clients get here in two ways. Those that know
AWS_ENDPOINT_URL talk HTTP to ENDPOINT_PORT. All others ask for a name below amazonaws.com: service_aws_gateway.py answers it with
127.0.0.1, and serves HTTPS there with a certificate for whatever name the client asks for.
"""
import json
import os
import socket
import subprocess
import sys
import threading

from lbundle_scripts import service_aws_calls, service_written

# Also in sandbox/known_services.cpp. It is LocalStack's, so a handler that has a port for tests has this one.
ENDPOINT_PORT = 4566
ENDPOINT = "http://127.0.0.1:%d" % ENDPOINT_PORT


class SeedFailed(Exception):
    pass


class StandIn:
    def __init__(self, specification):
        self.specification = specification
        self.before = {}
        prepare_moto(specification)
        from moto.server import DomainDispatcherApplication, create_backend_app

        self.calls = service_aws_calls.CallLog(DomainDispatcherApplication(create_backend_app))

    def listen(self):
        from lbundle_scripts import service_aws_gateway

        specification = self.specification
        service_aws_gateway.serve_http(self.calls, ENDPOINT_PORT)
        service_aws_gateway.serve_https(self.calls, specification["certificate"])
        service_aws_gateway.serve_names()

    def fill(self):
        """Makes the state before an event. The same numbers are drawn as before each other event, so ids are the same too."""
        from moto.moto_api._internal import mock_random

        from lbundle_scripts import service_aws_seed

        mock_random.seed(1)
        for seed in self.specification["seed"]:
            if seed.endswith(".json"):
                service_aws_seed.fill(self.calls.application, seed, self.specification)
            else:
                run_script(seed, self.specification)
        mock_random.seed(2)
        self.calls.clear()
        self.before = self.state()

    def reset(self):
        from moto.core.base_backend import BackendDict
        from moto.core.model_instances import reset_model_data

        BackendDict.reset()
        reset_model_data()
        self.fill()

    def state(self):
        from lbundle_scripts import service_aws_state

        return service_aws_state.state(self.specification["account"], self.specification["region"])

    def written(self):
        written = service_written.state_changes(self.before, self.state())
        written.update(self.calls.recorded())
        return written


def prepare_moto(specification):
    os.environ["MOTO_ACCOUNT_ID"] = specification["account"]
    os.environ["AWS_DEFAULT_REGION"] = specification["region"]
    # moto asks its own services for some things, and never anything outside.
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        os.environ.pop(name, None)
    os.environ.update(AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing", AWS_EC2_METADATA_DISABLED="true")
    sys.path.insert(1, specification["tool"])
    # Only lbundle uses the folder, and without bytecode moto takes seconds to start.
    sys.dont_write_bytecode = False


def run_script(script, specification):
    """Runs the user's script, which finds the server as the function will."""
    environment = dict(os.environ, AWS_ENDPOINT_URL=ENDPOINT, AWS_REGION=specification["region"],
                       PYTHONPATH=os.pathsep.join([os.path.dirname(script), specification["tool"]]))
    code = subprocess.call([sys.executable, "-B", script], cwd=specification["folder"], env=environment, stdin=subprocess.DEVNULL)
    if code:
        raise SeedFailed("the seed '%s' ended with exit status %d" % (os.path.basename(script), code))


def serve_control(stand_in, control):
    for line in control.makefile("r", encoding="utf-8"):
        try:
            if line == "reset\n":
                stand_in.reset()
                reply = {"ready": True}
            else:
                reply = stand_in.written()
        except Exception as error:  # the build reports it, with the log
            import traceback

            traceback.print_exc()
            reply = {"failed": "%s: %s" % (type(error).__name__, error)}
        send(control, reply)


def send(control, reply):
    control.sendall(json.dumps(reply, sort_keys=True).encode() + b"\n")


def main(arguments):
    with open(arguments[0], encoding="utf-8") as file:
        specification = json.load(file)
    control = socket.socket(fileno=int(arguments[1]))
    control.set_inheritable(False)
    threading.current_thread().name = "control"
    try:
        stand_in = StandIn(specification)
        stand_in.listen()
        stand_in.fill()
    except Exception as error:
        from lbundle_scripts.service_aws_seed import BadSeed

        if not isinstance(error, (BadSeed, SeedFailed)):
            import traceback

            traceback.print_exc()
        send(control, {"failed": str(error) or type(error).__name__})
        return 1
    send(control, {"ready": True})
    serve_control(stand_in, control)
    # Threads that serve connections do not hold up the end.
    sys.stderr.flush()
    os._exit(0)
