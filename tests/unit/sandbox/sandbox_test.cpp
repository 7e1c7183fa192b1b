#include "sandbox/sandbox.hpp"

#include <csignal>

#include <gtest/gtest.h>

#include "json/json.hpp"
#include "model/error.hpp"
#include "os/atomic_file.hpp"
#include "os/spawn.hpp"
#include "os/temp_dir.hpp"
#include "python/pip.hpp"
#include "support/runtimes.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

// Returns why sandboxes do not work here; empty if they work.
std::string why_no_sandbox() {
  if (find_program("bwrap").empty()) return "bubblewrap is not installed";
  Command probe;
  probe.arguments = {"bwrap", "--unshare-pid", "--unshare-net", "--ro-bind", "/",
                     "/",     "--proc",        "/proc",         "true"};
  const auto end = run(probe);
  return end.succeeded() ? "" : end.error_output;
}

class SandboxTest : public testing::Test {
 protected:
  void SetUp() override {
    static const auto reason = why_no_sandbox();
    if (!reason.empty()) {
      LBUNDLE_SKIP(reason);
    }
    plan_.tree = folder_.path() / "tree";
    fs::create_directories(plan_.tree);
    plan_.handler = "app.handler";
    plan_.runtime = python_runtime("3.11");
    plan_.interpreter = find_interpreter(plan_.runtime);
    plan_.function_name = "test";
    plan_.scratch = folder_.path() / "scratch";
    plan_.settings.timeout = std::chrono::seconds(20);
  }

  Answer answer(const std::string& source, const std::string& event = "{}") {
    write_file(plan_.tree / "app.py", source);
    return run_event(plan_, event_of(event));
  }
  Event event_of(const std::string& text) {
    Event event;
    event.name = "test";
    event.file = folder_.path() / "event.json";
    write_file(event.file, text);
    return event;
  }
  Json result(const std::string& source, const std::string& event = "{}") {
    const auto given = answer(source, event);
    EXPECT_TRUE(given.returned) << given.error_type << ": " << given.error_message << "\n"
                                << given.traceback << given.end.error_output;
    return Json::parse(given.result, nullptr, false);
  }

  TempDir folder_{fs::temp_directory_path(), "lbundle-test"};
  SandboxPlan plan_;
};

TEST_F(SandboxTest, SeparatesTheResultFromPrintedText) {
  const auto given = answer(
      "import sys, os\n"
      "def handler(event, context):\n"
      "    print('{\"result\": \"mine\"}'); sys.stderr.write('careful\\n'); os.write(1, b'\\xff\\x00')\n"
      "    return {'sum': event['a'] + 1, 'text': 'ä'}\n",
      R"({"a": 41})");
  EXPECT_TRUE(given.returned);
  EXPECT_EQ(Json::parse(given.result), Json::parse(R"({"sum": 42, "text": "ä"})"));
  EXPECT_NE(given.end.output.find("\"mine\""), std::string::npos);
  EXPECT_EQ(given.end.error_output, "careful\n");
  EXPECT_EQ(given.end.exit_code, 0);
  EXPECT_GT(given.init_seconds, 0.0);
  EXPECT_GT(given.peak_memory, 1'000'000U);
}

TEST_F(SandboxTest, LooksLikeTheRuntime) {
  plan_.environment = {{"MINE", "1"}, {"AWS_REGION", "eu-central-1"}};
  const auto seen = result(R"(
import os, sys, pwd, socket
def handler(event, context):
    return dict(environ=dict(os.environ), path=sys.path[:4], uid=os.getuid(), user=pwd.getpwuid(os.getuid()).pw_name,
                cwd=os.getcwd(), name=context.function_name, arn=context.invoked_function_arn,
                memory=context.memory_limit_in_mb, left=context.get_remaining_time_in_millis(),
                version=context.function_version, request=context.aws_request_id,
                executable=sys.executable, prefix=sys.prefix, nofile=__import__('resource').getrlimit(7),
                root=sorted(os.listdir('/')), devices=sorted(os.listdir('/dev')), fds=sorted(os.listdir('/proc/self/fd')))
)");
  EXPECT_EQ(
      seen["path"],
      Json::parse(
          R"(["/var/task", "/opt/python/lib/python3.11/site-packages", "/opt/python", "/var/runtime"])"));
  EXPECT_EQ(seen["uid"], 993);
  EXPECT_EQ(seen["user"], "sbx_user1051");
  EXPECT_EQ(seen["cwd"], "/var/task");
  EXPECT_EQ(seen["name"], "test");
  EXPECT_EQ(seen["arn"], "arn:aws:lambda:us-east-1:123456789012:function:test");
  EXPECT_EQ(seen["memory"], "1024");
  EXPECT_GT(seen["left"], 15000);
  EXPECT_EQ(seen["prefix"], "/var/lang");
  EXPECT_EQ(seen["executable"], "/var/lang/bin/python3.11");
  EXPECT_EQ(seen["nofile"], Json::parse("[1024, 1024]"));
  EXPECT_EQ(seen["root"],
            Json::parse(R"(["bin", "dev", "etc", "lib", "lib64", "opt", "proc", "tmp", "usr", "var"])"));
  EXPECT_EQ(
      seen["devices"],
      Json::parse(
          R"(["fd", "full", "null", "random", "stderr", "stdin", "stdout", "tty", "urandom", "zero"])"));
  // The descriptors of the standard streams, of the answer, of the note that init is done, and of the listing
  // itself.
  EXPECT_LE(seen["fds"].size(), 6U);
  const auto& environment = seen["environ"];
  EXPECT_EQ(environment["MINE"], "1");
  EXPECT_EQ(environment["AWS_REGION"], "eu-central-1");
  EXPECT_EQ(environment["LAMBDA_TASK_ROOT"], "/var/task");
  EXPECT_EQ(environment["LD_LIBRARY_PATH"],
            "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib");
  EXPECT_EQ(environment["AWS_EXECUTION_ENV"], "AWS_Lambda_python3.11");
  EXPECT_FALSE(environment.contains("HOME"));
}

TEST_F(SandboxTest, TellsTheFunctionHowItIsDeployed) {
  plan_.deployment.region = "eu-west-2";
  plan_.deployment.account = "210987654321";
  plan_.deployment.version = "7";
  plan_.deployment.alias = "live";
  plan_.deployment.memory = 256;
  plan_.deployment.timeout = std::chrono::seconds(3);
  const auto seen = result(R"(
import os
def handler(event, context):
    return dict(environ=dict(os.environ), arn=context.invoked_function_arn, memory=context.memory_limit_in_mb,
                left=context.get_remaining_time_in_millis(), version=context.function_version,
                group=context.log_group_name, stream=context.log_stream_name)
)");
  EXPECT_EQ(seen["arn"], "arn:aws:lambda:eu-west-2:210987654321:function:test:live");
  EXPECT_EQ(seen["memory"], "256");
  EXPECT_GT(seen["left"], 1000);
  EXPECT_LE(seen["left"], 3000);
  EXPECT_EQ(seen["version"], "7");
  EXPECT_EQ(seen["group"], "/aws/lambda/test");
  EXPECT_EQ(seen["stream"], "2001/01/01/[7]00000000000000000000000000000000");
  const auto& environment = seen["environ"];
  EXPECT_EQ(environment["AWS_REGION"], "eu-west-2");
  EXPECT_EQ(environment["AWS_DEFAULT_REGION"], "eu-west-2");
  EXPECT_EQ(environment["AWS_LAMBDA_FUNCTION_VERSION"], "7");
  EXPECT_EQ(environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"], "256");
}

TEST_F(SandboxTest, ShowsNothingOfThisMachine) {
  setenv("LBUNDLE_TEST_SECRET", "1", 1);
  const auto seen = result(R"(
import os, glob, socket, importlib.util
def handler(event, context):
    try:
        socket.create_connection(('192.0.2.1', 80), 1); network = 'up'
    except OSError as error:
        network = 'down'
    server = socket.create_server(('127.0.0.1', 0))
    socket.create_connection(server.getsockname(), 1)
    return dict(secret='LBUNDLE_TEST_SECRET' in os.environ, home=os.path.exists(os.path.expanduser('~')), network=network,
                there=[p for p in ('/root', '/home', '/usr/share', '/etc/ssl', '/usr/lib/python3', '/sys', '/dev/shm',
                                   '/var/lang/lib/python3.11/site-packages/pip') if os.path.exists(p)],
                pip=importlib.util.find_spec('pip') is not None)
)");
  EXPECT_EQ(seen["secret"], false);
  EXPECT_EQ(seen["home"], false);
  EXPECT_EQ(seen["network"], "down");
  EXPECT_EQ(seen["there"], Json::array());
  EXPECT_EQ(seen["pip"], false);
}

TEST_F(SandboxTest, HasTheWholeStandardLibrary) {
  const auto seen = result(R"(
import importlib
def handler(event, context):
    missing = []
    for name in ('ssl', 'sqlite3', 'ctypes', 'lzma', 'bz2', 'zlib', 'hashlib', 'uuid', 'decimal', 'xml.etree.ElementTree',
                 'multiprocessing', 'asyncio', 'zoneinfo', 'email', 'readline', 'curses', 'sysconfig'):
        try:
            importlib.import_module(name)
        except Exception as error:
            missing.append('%s: %s' % (name, error))
    import subprocess, sysconfig
    sysconfig.get_config_vars()
    return missing + [subprocess.check_output('echo shell', shell=True, text=True)]
)");
  EXPECT_EQ(seen, Json::parse(R"(["shell\n"])"));
}

TEST_F(SandboxTest, AllowsWritingOnlyToTmp) {
  const auto seen = result(R"(
def handler(event, context):
    wrote = []
    for folder in ('/tmp', '/var/task', '/', '/dev', '/opt', '/var/lang', '/etc'):
        try:
            open(folder + '/new', 'w').close(); wrote.append(folder)
        except OSError as error:
            pass
    return wrote
)");
  EXPECT_EQ(seen, Json::parse(R"(["/tmp"])"));
}

TEST_F(SandboxTest, LimitsTmpToItsSize) {
  const auto given = answer(R"(
def handler(event, context):
    with open('/tmp/big', 'wb') as file:
        for _ in range(600):
            file.write(bytes(1 << 20))
)");
  EXPECT_EQ(given.error_type, "OSError");
  EXPECT_NE(given.error_message.find("No space left"), std::string::npos) << given.error_message;
}

TEST_F(SandboxTest, MountsLayersTheLaterOverTheEarlier) {
  write_file(folder_.path() / "one/python/shared.py", "NAME = 'one'\n");
  write_file(folder_.path() / "one/python/only_one.py", "NAME = 'only one'\n");
  write_file(folder_.path() / "two/python/shared.py", "NAME = 'two'\n");
  plan_.layers = {folder_.path() / "one", folder_.path() / "two"};
  EXPECT_EQ(result("import shared, only_one\ndef handler(e, c): return [shared.NAME, only_one.NAME]\n"),
            Json::parse(R"(["two", "only one"])"));
}

TEST_F(SandboxTest, MountsAFolderInPlaceOfStorage) {
  write_file(folder_.path() / "bucket/a.txt", "content");
  plan_.settings.mounts.push_back({folder_.path() / "bucket", "/mnt/bucket", false});
  EXPECT_EQ(result("def handler(e, c):\n"
                   "    try: open('/mnt/bucket/b', 'w'); return 'written'\n"
                   "    except OSError: return open('/mnt/bucket/a.txt').read()\n"),
            "content");
}

TEST_F(SandboxTest, FindsHandlersInPackages) {
  write_file(plan_.tree / "pkg/deep/mod.py", "def run(e, c): return __name__\n");
  plan_.handler = "pkg/deep/mod.run";
  EXPECT_EQ(result(""), "pkg.deep.mod");
  plan_.handler = "pkg.deep.mod.run";
  EXPECT_EQ(result(""), "pkg.deep.mod");
}

TEST_F(SandboxTest, ReportsWhyAHandlerRaised) {
  const auto given = answer("def inner(): raise KeyError('a')\ndef handler(e, c): inner()\n");
  EXPECT_FALSE(given.returned);
  EXPECT_EQ(given.error_type, "KeyError");
  EXPECT_EQ(given.error_message, "'a'");
  EXPECT_NE(given.traceback.find(
                "File \"/var/task/app.py\", line 1, in inner\n    def inner(): raise KeyError('a')"),
            std::string::npos)
      << given.traceback;
  EXPECT_EQ(given.traceback.find("bootstrap"), std::string::npos) << given.traceback;
  EXPECT_EQ(given.end.exit_code, 0);  // the runtime goes on
}

TEST_F(SandboxTest, ReportsAFailedImportByLambdasNames) {
  auto given = answer("import nowhere\n");
  EXPECT_EQ(given.error_type, "Runtime.ImportModuleError");
  EXPECT_EQ(given.error_message, "Unable to import module 'app': No module named 'nowhere'");
  EXPECT_EQ(given.end.exit_code, 1);
  EXPECT_EQ(answer("x = 1\n").error_type, "Runtime.HandlerNotFound");
  EXPECT_EQ(answer("def f(:\n").error_type, "Runtime.UserCodeSyntaxError");
  EXPECT_EQ(answer("1/0\n").error_type, "ZeroDivisionError");
  plan_.handler = "app";
  EXPECT_EQ(answer("x = 1\n").error_type, "Runtime.MalformedHandlerName");
}

TEST_F(SandboxTest, RefusesAnswersThatLambdaRefuses) {
  EXPECT_EQ(answer("def handler(e, c): return {1, 2}\n").error_type, "Runtime.MarshalError");
  EXPECT_EQ(answer("def handler(e, c): return 'x' * (7 << 20)\n").error_type,
            "Function.ResponseSizeTooLarge");
  EXPECT_EQ(
      answer("import decimal\ndef handler(e, c): return {'d': decimal.Decimal('1.50'), 's': 'x'}\n").result,
      R"({"d": 1.50, "s": "x"})");
}

TEST_F(SandboxTest, DistinguishesHowTheProcessEnded) {
  auto given = answer("import sys\ndef handler(e, c): sys.exit(3)\n");
  EXPECT_EQ(given.error_type, "Runtime.ExitError");
  EXPECT_EQ(given.end.exit_code, 3);
  given = answer("import os\ndef handler(e, c): os._exit(139)\n");
  EXPECT_EQ(given.end.exit_code, 139);
  EXPECT_EQ(given.end.signal_number, 0);
  given = answer("import os\ndef handler(e, c): os.kill(os.getpid(), 11)\n");
  EXPECT_EQ(given.end.signal_number, SIGSEGV);
  EXPECT_EQ(given.error_type, "Runtime.ExitError");
  EXPECT_NE(given.error_message.find("signal 11"), std::string::npos) << given.error_message;
  EXPECT_GT(given.init_seconds, 0.0);
}

TEST_F(SandboxTest, EndsAHangingProcessAndItsChildren) {
  plan_.settings.timeout = std::chrono::milliseconds(700);
  const auto given = answer(
      "import subprocess, sys, time\n"
      "def handler(e, c):\n"
      "    subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(98765)'], "
      "start_new_session=True)\n"
      "    time.sleep(1000)\n");
  EXPECT_TRUE(given.end.timed_out);
  EXPECT_FALSE(given.returned);
  EXPECT_EQ(given.error_type, "Sandbox.Timedout");
  EXPECT_LT(given.end.seconds, 5.0);
  Command list;
  list.arguments = {"sh", "-c",
                    "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -c 'sleep(9876[5]' || true"};
  EXPECT_EQ(run(list).output, "0\n");
}

TEST_F(SandboxTest, DoesNotWaitForADaemon) {
  const auto given = answer(
      "import os, time\n"
      "def handler(e, c):\n"
      "    if os.fork() == 0:\n"
      "        time.sleep(1000)\n"
      "    return 'done'\n");
  EXPECT_EQ(given.result, "\"done\"");
  EXPECT_LT(given.end.seconds, 10.0);
}

// Uses AWS's own client, which pip installs as it does for a build.
class ClientTest : public SandboxTest {
 protected:
  void SetUp() override {
    SandboxTest::SetUp();
    if (IsSkipped()) return;
    static const HostPath client = HostPath(LBUNDLE_BINARY_DIR) / "runtime-client";
    Function function;
    function.runtime = plan_.runtime;
    static const bool there =
        install_runtime_client(function, plan_.interpreter, Store(client.parent_path() / "cache"), client);
    if (!there) {
      LBUNDLE_SKIP("awslambdaric cannot be downloaded here");
    }
    plan_.client = client;
  }
};

TEST_F(ClientTest, AnswersThroughTheClientOfAws) {
  const auto given = answer(
      "import decimal\n"
      "def handler(event, context):\n"
      "    print('hello')\n"
      "    return {'a': event['a'] + 1, 'd': decimal.Decimal('1.50'), 'left': "
      "context.get_remaining_time_in_millis() > 15000,\n"
      "            'arn': context.invoked_function_arn, 'type': type(context).__module__}\n",
      R"({"a": 41})");
  EXPECT_TRUE(given.client.starts_with("awslambdaric ")) << given.client;
  EXPECT_EQ(
      given.result,
      R"({"a": 42, "d": 1.50, "left": true, "arn": "arn:aws:lambda:us-east-1:123456789012:function:test", )"
      R"("type": "awslambdaric.lambda_context"})")
      << given.error_message << given.end.error_output;
  EXPECT_EQ(given.end.output, "hello\n");
  EXPECT_TRUE(given.end.succeeded());
  EXPECT_GT(given.init_seconds, 0.0);
  EXPECT_GT(given.peak_memory, 1'000'000U);
}

TEST_F(ClientTest, DistinguishesFailures) {
  EXPECT_EQ(answer("import nowhere\n").error_type, "Runtime.ImportModuleError");
  auto given = answer("def handler(e, c): return {}['a']\n");
  EXPECT_EQ(given.error_type, "KeyError");
  EXPECT_EQ(given.error_message, "'a'");
  EXPECT_NE(given.traceback.find("/var/task/app.py"), std::string::npos);
  given = answer("import sys\ndef handler(e, c): sys.exit(3)\n");
  EXPECT_EQ(given.error_type, "Runtime.ExitError");
  EXPECT_EQ(given.end.exit_code, 3);
  given = answer("import os\ndef handler(e, c): os.kill(os.getpid(), 11)\n");
  EXPECT_EQ(given.end.signal_number, SIGSEGV);
  EXPECT_EQ(answer("def handler(e, c): return {1}\n").error_type, "Runtime.MarshalError");
  EXPECT_EQ(answer("def handler(e, c): return 'x' * (7 << 20)\n").error_type,
            "Function.ResponseSizeTooLarge");
  EXPECT_EQ(answer("def handler(e, c): return b'\\xff'\n").result, "\"base64:/w==\"");
  plan_.settings.timeout = std::chrono::milliseconds(700);
  given = answer("import time\ndef handler(e, c): time.sleep(1000)\n");
  EXPECT_TRUE(given.end.timed_out);
  EXPECT_EQ(given.error_type, "Sandbox.Timedout");
}

TEST_F(ClientTest, LetsTheFunctionsOwnPinsWin) {
  fs::create_directories(plan_.tree);
  for (const auto& entry : fs::directory_iterator(plan_.client)) {
    if (entry.path().filename() != "simplejson") continue;
    for (const auto& file : fs::recursive_directory_iterator(entry.path())) {
      const auto inside = plan_.tree / file.path().lexically_relative(plan_.client);
      if (fs::is_regular_file(file.path())) write_file(inside, read_text_file(file.path()));
    }
  }
  EXPECT_EQ(result("import simplejson\ndef handler(e, c): return simplejson.__file__\n"),
            "/var/task/simplejson/__init__.py");
}

TEST_F(SandboxTest, TracesWhatTheFunctionUsed) {
  write_file(plan_.tree / "app.py",
             "import helper\ndef handler(e, c): return open('/var/task/table.txt').read()\n");
  write_file(plan_.tree / "helper.py", "x = 1\n");
  write_file(plan_.tree / "table.txt", "content");
  write_file(plan_.tree / "unused.txt", "");
  const auto log = folder_.path() / "log.jsonl";
  const auto given = trace_event(plan_, event_of("{}"), 1, TraceMethod::automatic, log);
  EXPECT_EQ(given.result, "\"content\"") << given.end.error_output;
  const auto text = read_text_file(log);
  for (const auto* path : {"/var/task/app.py", "/var/task/helper.py", "/var/task/table.txt"}) {
    EXPECT_NE(text.find(path), std::string::npos) << path;
  }
  EXPECT_EQ(text.find("unused.txt"), std::string::npos);
}

// A traceback under the tracer must not open the sources, because an opened source stays in the bundle.
TEST_F(SandboxTest, TracesAFailureWithoutOpeningSources) {
  write_file(plan_.tree / "app.py", "def handler(e, c): return 1 / 0\n");
  Command compile;
  compile.arguments = {plan_.interpreter.program.string(),
                       "-m",
                       "compileall",
                       "-q",
                       "--invalidation-mode",
                       "unchecked-hash",
                       plan_.tree.string()};
  ASSERT_TRUE(run(compile).succeeded());
  const auto log = folder_.path() / "log.jsonl";
  const auto given = trace_event(plan_, event_of("{}"), 1, TraceMethod::automatic, log);
  EXPECT_EQ(given.error_type, "ZeroDivisionError");
  const auto text = read_text_file(log);
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    const auto line = text.substr(at, end - at);
    at = end + 1;
    const bool is_source = line.find("/var/task/app.py\"") != std::string::npos;
    EXPECT_FALSE(is_source && line.find("open") != std::string::npos) << line;
  }
}

TEST_F(SandboxTest, SaysThatTheSandboxCouldNotBeMade) {
  plan_.tree = folder_.path() / "absent";
  EXPECT_THROW(run_event(plan_, event_of("{}")), Error);
}

}  // namespace
}  // namespace lbundle
