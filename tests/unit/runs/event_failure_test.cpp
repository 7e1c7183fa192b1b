// Each cause of a failure has its own way out. The texts of errors are those of Python, Node.js, Lambda's
// clients and the C library.
#include "runs/event_failure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/tree.hpp"
#include "runs/missing_module.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string bring(const std::string& module) {
  return "bring " + module;
}

class WayOut : public testing::Test {
 protected:
  WayOut() {
    plan_.runtime = *find_runtime("python3.12");
    plan_.handler = "app.handler";
    plan_.settings.timeout = std::chrono::seconds(3);
  }

  void stage(const std::string& path, const std::string& text, const Distribution& owner = {}) {
    folder_.put("tree/" + path, text);
    owners_[BundlePath(path)] = owner;
    tree_.files = scan_tree(folder_ / "tree", 1);
    tree_.distributions = {};
    for (const auto& [file, distribution] : owners_) {
      if (distribution.name.empty()) continue;
      tree_.distributions.owner[file] = tree_.distributions.all.size();
      tree_.distributions.all.push_back(distribution);
    }
  }

  std::string of(const std::string& type, const std::string& message,
                 const std::string& traceback = "") const {
    Answer answer;
    answer.error_type = type;
    answer.error_message = message;
    answer.traceback = traceback;
    return known_way_out_of_failure(answer, plan_, tree_, bring).value_or("none");
  }
  std::string of_import(const std::string& module) const {
    return of("Runtime.ImportModuleError", "Unable to import module 'app': No module named '" + module + "'");
  }

  Scratch folder_;
  std::map<BundlePath, Distribution> owners_;
  SandboxPlan plan_;
  StagedTree tree_;
};

TEST_F(WayOut, AMissingModule) {
  EXPECT_EQ(of_import("requests.adapters"), "bring requests.adapters");
}

TEST_F(WayOut, AnExtraOfAStagedPackage) {
  stage("mail.dist-info/METADATA",
        "Name: mail\nRequires-Dist: six\nRequires-Dist: Email_Validator >=2 ; extra == "
        "'email'\n\nRequires-Dist: no\n",
        {"mail", "1.0"});
  EXPECT_EQ(of_import("email_validator"), "mail requires it for its extra 'email'; require mail[email]");
}

TEST_F(WayOut, AnotherVersionOfAStagedPackage) {
  stage("numpy/__init__.py", "", {"numpy", "1.0"});
  EXPECT_EQ(of_import("numpy.exceptions"),
            "numpy 1.0 is staged and has no module 'numpy.exceptions'; require a version that has it");
}

TEST_F(WayOut, TheFunctionsOwnModule) {
  stage("common/__init__.py", "");
  EXPECT_EQ(of_import("common.log"),
            "'common.log' is not in the staged tree; add its file to `source` in [function]");
}

TEST_F(WayOut, APackageOfNpm) {
  plan_.runtime = *find_runtime("nodejs22.x");
  const auto of_module = [&](const std::string& name) {
    return of("Runtime.ImportModuleError",
              "Error: Cannot find module '" + name + "'\nRequire stack:\n- /var/task/a.js");
  };
  EXPECT_EQ(of_module("@s/b/c"), "bring @s/b/c");
  EXPECT_EQ(of_module("./lib/x"), "'./lib/x' is not in the staged tree; add it to `source` in [function]");
}

TEST_F(WayOut, ALibraryOfTheSystem) {
  const std::string expected =
      "lbundle brings libexpat.so.1 if [stage] has system_libraries = [\"expat\"]; or put libexpat.so.1, "
      "built on "
      "Amazon Linux 2023, into lib/ beside the handler, where the runtime looks (there the package expat has "
      "it)";
  EXPECT_EQ(of("ImportError", "libexpat.so.1: cannot open shared object file: No such file or directory"),
            expected);
  EXPECT_THAT(of("OSError",
                 "cannot load library 'libgobject-2.0-0': libgobject-2.0-0: cannot open shared object "
                 "file: No such file or directory.  Additionally, ctypes.util.find_library() did not "
                 "manage to locate a library called 'libgobject-2.0-0'"),
              HasSubstr("lbundle brings libgobject-2.0.so.0 if [stage] has system_libraries = [\"glib\"]"));
  EXPECT_THAT(of("OSError", "no library called \"cairo-2\" was found"),
              HasSubstr("system_libraries = [\"cairo\"]"));
  EXPECT_EQ(
      of("OSError", "libown.so.3: cannot open shared object file: No such file or directory"),
      "add it by hand: put libown.so.3, built on Amazon Linux 2023, into lib/ beside the handler, where the "
      "runtime looks; `dnf provides '*/libown.so.3'` in an image of Amazon Linux 2023 names the package that "
      "has it");
}

TEST_F(WayOut, ALibraryThatStagingCouldNotBring) {
  tree_.findings.push_back({Severity::warning, "system-library-missing", "",
                            "weasyprint opens libgobject-2.0.so.0 by name, and no recipe brings a copy",
                            "put it there"});
  EXPECT_EQ(of("OSError", "cannot load library 'libgobject-2.0-0': no"), "put it there");
  EXPECT_THAT(of("ImportError", "libexpat.so.1: cannot open shared object file"), HasSubstr("[\"expat\"]"));
}

TEST_F(WayOut, NativeCodeForOtherMachines) {
  EXPECT_THAT(
      of("ImportError", "/lib64/libc.so.6: version `GLIBC_2.38' not found (required by /var/task/a.so)"),
      HasSubstr("built for a newer system than python3.12, which is Amazon Linux 2023 with glibc 2.34"));
  EXPECT_THAT(of("OSError", "[Errno 8] Exec format error: '/var/task/tool'"),
              HasSubstr("another processor or system"));
  Answer crashed;
  crashed.error_type = "Runtime.ExitError";
  crashed.end.signal_number = 11;
  EXPECT_THAT(*known_way_out_of_failure(crashed, plan_, tree_, bring), HasSubstr("native code crashed"));
}

TEST_F(WayOut, TheNetwork) {
  for (const auto& [type, message] :
       {std::pair{"gaierror", "[Errno -3] Temporary failure in name resolution"},
        {"ConnectionRefusedError", "[Errno 111] Connection refused"},
        {"Error", "getaddrinfo ENOTFOUND db.internal"}})
    EXPECT_EQ(
        of(type, message),
        "start the server that the handler talks to with [[sandbox.service]], and name it in [environment]; "
        "the sandbox has no other network unless `network` in [sandbox] is \"host\"");
  EXPECT_EQ(
      of("EndpointConnectionError", "Could not connect to the endpoint URL: \"https://s3.amazonaws.com/\""),
      "let lbundle start it: [[sandbox.service]] with kind = \"aws\"; the sandbox has no other network "
      "unless `network` in [sandbox] is \"host\"");
  for (const auto& [message, kind] :
       {std::pair{"connection to server at \"db\", port 5432 failed: Connection refused", "postgres"},
        {"Can't connect to MySQL server on 'db'", "mysql"},
        {"Error 111 connecting to cache:6379. Connection refused.", "redis"}})
    EXPECT_THAT(of("Error", message), HasSubstr(std::string("kind = \"") + kind + "\""));
  plan_.settings.services.push_back({.kind = ServiceKind::redis});
  EXPECT_THAT(of("Error", "connecting to cache:6379. Connection refused."), Not(HasSubstr("kind")))
      << "the project has it";
  plan_.settings.services.clear();
  plan_.settings.network = Network::host;
  EXPECT_THAT(of("ClientError", "An error occurred (InvalidClientTokenId) when calling GetCallerIdentity"),
              HasSubstr("kind = \"aws\""));
}

TEST_F(WayOut, TimeMemoryAndDisk) {
  Answer late;
  late.end.timed_out = true;
  late.error_type = "Sandbox.Timedout";
  EXPECT_THAT(*known_way_out_of_failure(late, plan_, tree_, bring),
              HasSubstr("raise `timeout` in [sandbox]"));
  EXPECT_EQ(of(out_of_memory_error, ""), "raise `memory` in [sandbox], which is the function's MemorySize");
  EXPECT_EQ(of("MemoryError", ""), of(out_of_memory_error, ""));
  EXPECT_EQ(of("OSError", "[Errno 28] No space left on device"),
            "raise `tmp` in [sandbox], which is the size of the function's /tmp in MB");
}

TEST_F(WayOut, AVariableOfTheEnvironment) {
  EXPECT_EQ(of("KeyError", "'TABLE'", "  File \"<frozen os>\", line 714, in __getitem__\n"),
            "set the variable: TABLE = \"…\" under [environment]");
  EXPECT_EQ(of("KeyError", "'TABLE'", "  File \"/var/task/app.py\", line 7, in handler\n"), "none");
}

TEST_F(WayOut, ProgramsAndFiles) {
  EXPECT_EQ(
      of("FileNotFoundError", "[Errno 2] No such file or directory: 'ffmpeg'",
         "  File \"/usr/lib/python3.12/subprocess.py\", line 1955, in _execute_child\n"),
      "the runtime has no program 'ffmpeg'; put one that is built for Amazon Linux 2023 into a layer as "
      "bin/ffmpeg, which is in PATH, or beside the handler, and call it by its path");
  EXPECT_THAT(of("Error", "spawn ffmpeg ENOENT"), HasSubstr("the runtime has no program 'ffmpeg'"));
  const auto of_file = [&](const std::string& path) {
    return of("FileNotFoundError", "[Errno 2] No such file or directory: '" + path + "'");
  };
  EXPECT_EQ(of_file("data/words.txt"),
            "'data/words.txt' is not in the staged tree; add it to `source` in [function]");
  EXPECT_THAT(of_file("/mnt/efs/x"), HasSubstr("[[sandbox.mount]]"));
  EXPECT_THAT(of_file("/opt/x"), HasSubstr("[[layer]]"));
  EXPECT_THAT(of_file("/tmp/x"), HasSubstr("each event starts with an empty /tmp"));
  EXPECT_THAT(of("OSError", "[Errno 30] Read-only file system: '/var/task/new'"), HasSubstr("only /tmp"));
  EXPECT_THAT(of("PermissionError", "[Errno 13] Permission denied: '/opt/python/extra.py'"),
              HasSubstr("chmod -R a+rX"));
}

TEST_F(WayOut, TheHandlerItself) {
  EXPECT_THAT(of("Runtime.HandlerNotFound", "Handler 'handler' missing on module 'app'"),
              HasSubstr("`handler` in [function] is 'app.handler'"));
  EXPECT_THAT(of("Runtime.UserCodeSyntaxError", "Syntax error in module 'app'"),
              HasSubstr("not valid for python3.12"));
  EXPECT_THAT(of("Runtime.MarshalError", "Unable to marshal response"), HasSubstr("what JSON can hold"));
  EXPECT_THAT(of("Function.ResponseSizeTooLarge", ""), HasSubstr("6 MB"));
  EXPECT_THAT(of("Runtime.ExitError", "Runtime exited with error: exit status 3"),
              HasSubstr("ended its own process"));
}

TEST_F(WayOut, AnErrorThatIsNotKnownNamesNoCause) {
  EXPECT_EQ(of("ValueError", "no such thing"), "none");
  Event event;
  event.name = "a";
  Answer answer;
  answer.raised = true;
  answer.error_type = "ValueError";
  answer.error_message = "no such thing";
  EXPECT_EQ(event_failed(event, answer, plan_, tree_, true, bring).hint(),
            "correct what the message names, in the handler or in the event; if the function is meant to "
            "raise this, "
            "write expect = \"error\" in the [[event]]");
}

}  // namespace
}  // namespace lbundle
