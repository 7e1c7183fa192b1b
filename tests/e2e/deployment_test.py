"""What Lambda tells a function about how it is deployed: the same in Python, in Node.js and in programs of their own."""
import json
import subprocess

import provided_test
import support

KEYS = """region = "eu-west-2"
account = "210987654321"
version = "7"
alias = "live"
log_group = "/team/orders"
memory = 256
timeout = 60
"""
NAMES = ["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION",
         "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME"]
WANTED = ["eu-west-2", "eu-west-2", "orders", "7", "256", "/team/orders", "2001/01/01/[7]" + "0" * 32,
          "arn:aws:lambda:eu-west-2:210987654321:function:orders:live"]

# Each raises unless it sees what is wanted, because an event that raises ends the build.
PYTHON = """import os


def handler(event, context):
    seen = [os.environ[name] for name in event["names"]] + [context.invoked_function_arn]
    assert seen == event["wanted"], seen
    assert context.function_version == "7" and context.memory_limit_in_mb in (256, "256") and context.function_name == "orders"
    assert context.log_group_name == "/team/orders", context.log_group_name
    assert 10000 < context.get_remaining_time_in_millis() <= 60000, context.get_remaining_time_in_millis()
    return seen
"""
NODE = """exports.handler = async (event, context) => {
  const seen = [...event.names.map((name) => process.env[name]), context.invokedFunctionArn];
  if (JSON.stringify(seen) !== JSON.stringify(event.wanted)) throw new Error(JSON.stringify(seen));
  const left = context.getRemainingTimeInMillis();
  if (left > 60000 || left < 10000 || Number(context.memoryLimitInMB) !== 256 || context.functionVersion !== '7') throw new Error(String(left));
  return seen;
};
"""
PROGRAM = provided_test.BOOTSTRAP[:provided_test.BOOTSTRAP.index("int main")] + r"""
int main(void) {
  static char answer[65536], head[512];
  const char *wanted[][2] = {{"AWS_REGION", "eu-west-2"}, {"AWS_DEFAULT_REGION", "eu-west-2"}, {"AWS_LAMBDA_FUNCTION_NAME", "orders"},
                             {"AWS_LAMBDA_FUNCTION_VERSION", "7"}, {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"},
                             {"AWS_LAMBDA_LOG_GROUP_NAME", "/team/orders"}};
  for (;;) {
    char id[64], arn[64], deadline[64];
    if (call("GET /2018-06-01/runtime/invocation/next HTTP/1.1", "", answer, sizeof answer) != 0) return 1;
    field(answer, "Lambda-Runtime-Aws-Request-Id", id);
    field(answer, "Lambda-Runtime-Invoked-Function-Arn", arn);
    field(answer, "Lambda-Runtime-Deadline-Ms", deadline);
    long long left = atoll(deadline) - (long long)time(NULL) * 1000;
    const char *wrong = left > 10000 && left <= 61000 ? NULL : "deadline";
    if (strcmp(arn, "arn:aws:lambda:eu-west-2:210987654321:function:orders:live")) wrong = "arn";
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; ++i)
      if (!getenv(wanted[i][0]) || strcmp(getenv(wanted[i][0]), wanted[i][1])) wrong = wanted[i][0];
    snprintf(head, sizeof head, "POST /2018-06-01/runtime/invocation/%s/%s HTTP/1.1", id, wrong ? "error" : "response");
    char text[256];
    snprintf(text, sizeof text, wrong ? "{\"errorType\": \"Wrong\", \"errorMessage\": \"%s\"}" : "\"right\"", wrong);
    call(head, text, answer, sizeof answer);
  }
}
"""
PROJECT = """[function]
name = "orders"
handler = "%s"
runtime = "%s"
%s
[[event]]
files = "events/*.json"

[sandbox]
cold_starts = 0
"""


class Deployment(support.Case):
    def make(self, runtime, files, keys=KEYS, handler="index.handler"):
        folder = self.folder / runtime
        event = json.dumps({"names": NAMES, "wanted": WANTED})
        support.write_tree(folder, {"lbundle.toml": PROJECT % (handler, runtime, keys), "events/a.json": event, **files})
        return folder

    def assert_right(self, folder):
        finished = self.build(folder, "--format", "json")
        self.assertTrue(all(event["match"] for event in finished.json["events"]), finished)

    def test_python(self):
        self.assert_right(self.make("python3.11", {"index.py": PYTHON}))

    def test_node(self):
        self.assert_right(self.make("nodejs22.x", {"index.js": NODE}))

    def test_a_program_of_its_own(self):
        folder = self.make("provided.al2023", {}, handler="x")
        source = PROGRAM.replace("#include <unistd.h>", "#include <time.h>\n#include <unistd.h>").replace("void shout(char *text);", "")
        subprocess.run(["gcc", "-O1", "-x", "c", "-", "-o", "bootstrap"], input=source, text=True, check=True, cwd=folder)
        self.assert_right(folder)

    def test_the_message_names_the_key(self):
        folder = self.make("python3.11", {"index.py": PYTHON}, keys="")
        with open(folder / "lbundle.toml", "a") as file:
            file.write('[environment]\nAWS_REGION = "eu-west-2"\n')
        self.assert_refused(self.run_program("build", cwd=folder), 2, "Lambda reserves the variable 'AWS_REGION'",
                            'write region = "eu-west-2" under [function]')


if __name__ == "__main__":
    support.main()
