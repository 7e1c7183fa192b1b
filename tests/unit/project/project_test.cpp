#include "project/project.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/expect_error.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* minimal = R"([function]
name = "f"
handler = "handler.handler"
runtime = "python3.11"

[[event]]
files = "events/*.json"
)";

class ProjectTest : public testing::Test {
 protected:
  ProjectTest() {
    folder_.put("events/b.json", "{}");
    folder_.put("events/a.json", "{}");
    folder_.put("handler.py", "");
    folder_.put("requirements.txt", "");
    folder_.put("data/x.tif", "");
    folder_.put("data/a.sql", "");
    folder_.put("data/b.sql", "");
    folder_.put("layer.zip", "");
  }

  Project read(const std::string& text, const std::string& name = "lbundle.toml") const {
    return read_project(folder_.put(name, text));
  }
  // Returns the error from reading `text`, with its excerpt and hint.
  std::string complaint(const std::string& text, const std::string& name = "lbundle.toml") const {
    const auto error = error_of([&] { read(text, name); });
    if (!error) return "no error";
    EXPECT_EQ(error->status(), ExitStatus::wrong_usage);
    return std::string(error->what()) + '\n' + error->detail() + "\nhint: " + error->hint();
  }
  // Returns the minimal file with one more line in [function], or one more table at its end.
  static std::string with(const std::string& line) {
    std::string text = minimal;
    if (line.starts_with("[")) return text + line + '\n';
    return text.insert(text.find("\n[[event]]"), line + '\n');
  }

  Scratch folder_;
};

TEST_F(ProjectTest, FillsInDefaults) {
  const auto project = read(minimal);
  EXPECT_EQ(project.function.name, "f");
  EXPECT_EQ(project.function.runtime.version, "3.11");
  EXPECT_EQ(project.function.architecture, Architecture::x86_64);
  EXPECT_EQ(project.folder, folder_.path());
  ASSERT_EQ(project.events.size(), 2U);
  EXPECT_EQ(project.events[0].name, "a");
  EXPECT_EQ(project.events[1].file, folder_ / "events/b.json");
  EXPECT_EQ(project.sandbox.timeout, std::chrono::seconds(60));
  EXPECT_FALSE(project.prune.level_given);
  EXPECT_EQ(project.prune.level, PruneLevel::reach);
  EXPECT_EQ(project.shrink.dedupe, DedupeMode::safe);
}

TEST_F(ProjectTest, ReadsEverythingThatTheContractNames) {
  const auto project = read(R"([function]
name = "raster"
handler = "handler.handler"
runtime = "python3.12"
architecture = "arm64"
source = ["handler.py", "data/**"]
requirements = "requirements.txt"
[environment]
GDAL_CACHEMAX = "64"
[[event]]
files = "events/a.json"
compare = "bytes"
ignore = ["/headers/date"]
[[event]]
files = "events/b.json"
verify_only = true
[stage]
backend = "container"
interpreter = "find"
image = "public.ecr.aws/sam/build-python3.12"
run_image = "public.ecr.aws/lambda/python:3.12"
engine_flags = ["--runtime", "runc"]
[sandbox]
timeout = 1.5
memory = 2048
mode = "none"
network = "loopback"
[[sandbox.mount]]
source = "data"
target = "/mnt/data/"
[[sandbox.service]]
command = ["moto_server", "-p", "5000"]
ready = "http://127.0.0.1:5000/"
environment = { SERVER = "here" }
[[sandbox.service]]
kind = "postgres"
seed = ["data/a.sql", "data/b.sql"]
database = "shop"
environment = { DB = "{url}" }
ignore = ["/log"]
[[sandbox.service]]
kind = "aws"
compare = "none"
[[layer]]
zip = "layer.zip"
[trace]
method = "ptrace"
runs = 3
[prune]
level = "package"
keep = ["rasterio/gdal_data/**"]
drop = ["**/tests/**"]
[shrink]
dedupe = "identical"
strip = false
functions = "all"
bytecode = "unchecked"
[pack]
level = "max"
[limits]
upload = "s3"
layers_unzipped = 1000
[budget]
zipped = "+1%"
unzipped = "+2 MB"
)");
  EXPECT_EQ(project.function.architecture, Architecture::arm64);
  EXPECT_THAT(project.function.source, ElementsAre("handler.py", "data/**"));
  EXPECT_EQ(project.function.requirements, folder_ / "requirements.txt");
  EXPECT_EQ(project.environment.at("GDAL_CACHEMAX"), "64");
  EXPECT_EQ(project.events.at(0).compare, Compare::bytes);
  EXPECT_THAT(project.events.at(0).ignore, ElementsAre("/headers/date"));
  EXPECT_TRUE(project.events.at(1).verify_only);
  EXPECT_EQ(project.stage.backend, BackendChoice::container);
  EXPECT_EQ(project.stage.interpreter, InterpreterChoice::find);
  EXPECT_EQ(project.stage.image, "public.ecr.aws/sam/build-python3.12");
  EXPECT_EQ(project.stage.run_image, "public.ecr.aws/lambda/python:3.12");
  EXPECT_THAT(project.stage.engine_flags, ElementsAre("--runtime", "runc"));
  EXPECT_EQ(project.sandbox.timeout, std::chrono::milliseconds(1500));
  EXPECT_EQ(project.sandbox.memory, 2048);
  EXPECT_EQ(project.sandbox.network, Network::loopback);
  EXPECT_EQ(project.sandbox.mode, SandboxMode::none);
  EXPECT_EQ(project.sandbox.mounts.at(0).source, folder_ / "data");
  EXPECT_EQ(project.sandbox.mounts.at(0).target, "/mnt/data");
  EXPECT_THAT(project.sandbox.services.at(0).command, ElementsAre("moto_server", "-p", "5000"));
  EXPECT_EQ(project.sandbox.services.at(0).folder, folder_.path());
  EXPECT_EQ(project.sandbox.services.at(0).environment.at("SERVER"), "here");
  EXPECT_EQ(project.sandbox.services.at(1).kind, ServiceKind::postgres);
  EXPECT_THAT(project.sandbox.services.at(1).seed,
              ElementsAre(folder_ / "data/a.sql", folder_ / "data/b.sql"));
  EXPECT_EQ(project.sandbox.services.at(1).database, "shop");
  EXPECT_EQ(project.sandbox.services.at(1).environment.at("DB"), "{url}");
  EXPECT_EQ(project.sandbox.services.at(2).kind, ServiceKind::aws);
  EXPECT_THAT(project.events.at(0).ignore_written, ElementsAre("/postgres/log", "/aws"));
  EXPECT_EQ(project.layers.at(0).zip, folder_ / "layer.zip");
  EXPECT_EQ(project.trace.method, TraceMethod::ptrace);
  EXPECT_EQ(project.trace.runs, 3);
  EXPECT_EQ(project.prune.level, PruneLevel::package);
  EXPECT_TRUE(project.prune.level_given);
  EXPECT_EQ(project.prune.keep.at(0).glob, "rasterio/gdal_data/**");
  EXPECT_EQ(project.prune.keep.at(0).location.line, 51);
  EXPECT_EQ(project.shrink.dedupe, DedupeMode::identical);
  EXPECT_FALSE(project.shrink.strip);
  EXPECT_FALSE(project.shrink.only_reached_functions);
  EXPECT_EQ(project.shrink.bytecode, BytecodeForm::unchecked);
  EXPECT_EQ(project.pack_level, PackLevel::max);
  EXPECT_FALSE(project.limits.direct_upload);
  EXPECT_EQ(project.limits.layers_unzipped, ByteSize(1000));
  EXPECT_TRUE(project.budget.zipped->relative);
  EXPECT_DOUBLE_EQ(project.budget.zipped->percent, 1.0);
  EXPECT_EQ(project.budget.unzipped->bytes, ByteSize(2'000'000));
}

TEST_F(ProjectTest, ShowsAnUnknownKeyWithItsLineAndTheNearest) {
  const auto text = complaint(with("handlr = 'x'"));
  EXPECT_THAT(text, HasSubstr("lbundle.toml': unknown key 'handlr' in [function]"));
  EXPECT_THAT(text, HasSubstr("lbundle.toml:5:1\n    5 | handlr = 'x'\n      | ^~~~~~"));
  EXPECT_THAT(text, HasSubstr("hint: did you mean 'handler'?"));
}

TEST_F(ProjectTest, PointsAtValuesAfterLettersOfSeveralBytes) {
  folder_.put("events/\xc3\xa9.json", "{}");
  const auto text = complaint(with("source = ['handler.py', '\xc3\xa9\xc3\xa9', 3]"));
  EXPECT_THAT(text, HasSubstr("'function.source[3]' must be a string, not a whole number"));
  EXPECT_THAT(text, HasSubstr("      |                               ^\n"));
}

struct Mistake {
  const char* line;
  const char* cause;
  const char* hint;
};

class ProjectMistakes : public ProjectTest, public testing::WithParamInterface<Mistake> {};

TEST_P(ProjectMistakes, AreRefused) {
  const auto text = complaint(with(GetParam().line));
  EXPECT_THAT(text, HasSubstr(GetParam().cause));
  EXPECT_THAT(text, HasSubstr(GetParam().hint));
  EXPECT_THAT(text, HasSubstr("^"));
}

INSTANTIATE_TEST_SUITE_P(
    Project, ProjectMistakes,
    testing::Values(
        Mistake{"[prun]\nlevel = 'trace'", "unknown key 'prun'", "did you mean 'prune'?"},
        Mistake{"[prune]\nlevel = 'tarce'", "unknown level 'tarce'", "did you mean 'trace'?"},
        Mistake{"[prune]\nlevel = 3", "'prune.level' must be a string, not a whole number", ""},
        Mistake{"[prune]\nkeep = ['a[']", "bad glob 'a[': '[' has no ']'", "relative to the bundle's root"},
        Mistake{"[prune]\nkeep = ['/a']", "bad glob '/a': it must be relative", ""},
        Mistake{"architecture = 'arm'", "unknown architecture 'arm'", "did you mean 'arm64'?"},
        Mistake{"requirements = 'reqs.txt'", "'reqs.txt' does not exist", "paths are relative to"},
        Mistake{"requirements = 'data'", "'data' is not a file", ""},
        Mistake{"source = ['handlr.py']", "no file matches 'handlr.py'", ""},
        Mistake{"source = ['a[']", "bad glob 'a['", ""},
        Mistake{"[sandbox]\ntimeout = 0", "'sandbox.timeout' must be from 0.1 to 900", ""},
        Mistake{"[sandbox]\ntimeout = nan", "'sandbox.timeout' must be from", ""},
        Mistake{"[sandbox]\ntimeout = '9'", "'sandbox.timeout' must be a number, not a string", ""},
        Mistake{"[sandbox]\nmemory = 100", "'sandbox.memory' must be from 128 to 10240", ""},
        Mistake{"[[sandbox.mount]]\nsource = 'nowhere'\ntarget = '/mnt'", "'nowhere' does not exist", ""},
        Mistake{"[[sandbox.mount]]\nsource = 'data'\ntarget = '/var/task'", "not a place for a mount", ""},
        Mistake{"[[sandbox.mount]]\nsource = 'data'\ntarget = 'mnt'", "not a place for a mount", ""},
        Mistake{"[[sandbox.mount]]\nsource = 'data'\ntarget = '//'", "not a place for a mount", ""},
        Mistake{"[stage]\ncommand = 'make'\noutputs = 'x'\n[[source]]\nfrom = ''", "'from' is empty", ""},
        Mistake{"[[sandbox.service]]\nready = 'x'", "a service without 'command'", ""},
        Mistake{"[[sandbox.service]]\nkind = 'gcp'", "unknown kind 'gcp'", "aws, postgres, mysql, redis"},
        Mistake{"[[sandbox.service]]\nkind = 'aws'\nready = 'x'", "'ready' is not for this service",
                "`kind`"},
        Mistake{"[[sandbox.service]]\ncommand = 'x'\nseed = 'x.sql'", "'seed' is not for this service", ""},
        Mistake{"[[sandbox.service]]\nkind = 'aws'\nseed = 'data/a.sql'", "ends in .json or .py", ""},
        Mistake{"[[sandbox.service]]\nkind = 'mysql'\nseed = 'no.sql'", "'no.sql' does not exist", ""},
        Mistake{"[[sandbox.service]]\nkind = 'redis'\ndatabase = 'x'", "'database' is not for this service",
                ""},
        Mistake{"[[sandbox.service]]\nkind = 'aws'\ncompare = 'all'", "unknown compare 'all'",
                "written, none"},
        Mistake{"[[sandbox.service]]\nkind = 'aws'\nignore = 's3'", "'s3' is not a JSON pointer", ""},
        Mistake{"[sandbox]\nnetwork = 'host'\n[[sandbox.service]]\nkind = 'aws'",
                "'aws' needs the sandbox's own network", "leave `network` out"},
        Mistake{"[environment]\nAWS_REGION = 'x'", "Lambda reserves the variable 'AWS_REGION'", ""},
        Mistake{"[environment]\nA = 64", "'environment.A' must be a string", "put quotes around it"},
        Mistake{"[[event]]\nfiles = 'nothing/*'", "no file matches 'nothing/*'", ""},
        Mistake{"[[event]]\ncompare = 'json'", "[[event]] without 'files'", ""},
        Mistake{"[[event]]\nfiles = 'events/a.json'", "two events are named 'a'", "rename one"},
        Mistake{"[trace]\nruns = 0", "'trace.runs' must be from 1 to 100", ""},
        Mistake{"[budget]\nzipped = '1%'", "'1%' is not a growth", "\"+1%\""},
        Mistake{"[budget]\nzipped = '+1 mb'", "'+1 mb' is not a growth", ""},
        Mistake{"[layer]\nzip = 'x'", "'layer' must be an array of tables", "[[layer]]"},
        Mistake{"[[pack]]\nlevel = 'x'", "'pack' must be a table, not an array", ""},
        Mistake{"[shrink]\ndedupe = 'all'", "unknown dedupe 'all'", "safe, identical, off"},
        Mistake{"[limits]\nlayers_unzipped = -1", "must be from 0 to 262144000", ""},
        Mistake{"[limits]\nlayers_unzipped = 1 2", "not valid TOML", ""}));

TEST_F(ProjectTest, RefusesWhatIsMissing) {
  EXPECT_THAT(complaint("[[event]]\nfiles = 'events/*'\n"), HasSubstr("there is no [function]"));
  EXPECT_THAT(complaint("[function]\nname = 'f'\n"), HasSubstr("key 'runtime' is missing in [function]"));
  EXPECT_THAT(complaint("[function]\nname = 'f'\nhandler='a.b'\nruntime='python3.11'\n"),
              HasSubstr("there is no [[event]]"));
  EXPECT_THAT(complaint("[function]\nname = 'f'\nhandler='a.b'\nruntime='pyton3.11'\n"),
              HasSubstr("hint: did you mean 'python3.11'?"));
  EXPECT_THAT(complaint("[function]\nname = 'f'\nhandler='a.b'\nruntime='python3.8'\n"),
              AllOf(HasSubstr("since 2024-10-14"), HasSubstr("hint: f must move to python3.14")));
  EXPECT_THAT(complaint("[function]\nname = 'f'\nhandler='a.b'\nruntime='java21'\n"),
              HasSubstr("lbundle does not bundle Java"));
  EXPECT_THAT(complaint("[function]\nname = 'a/b'\n"), HasSubstr("'a/b' is not a function name"));
  EXPECT_THAT(complaint("[function]\nname = 'f'\nhandler='handler'\nruntime='python3.11'\n"),
              HasSubstr("'handler' is not a handler"));
  EXPECT_THAT(complaint("event = []\n[function]\nname = 'f'\nhandler='a.b'\nruntime='python3.11'\n"),
              HasSubstr("there is no [[event]]"));
}

TEST_F(ProjectTest, ReadsItsTableOfAPyproject) {
  std::string text = "[project]\nname = 'x'\n";
  for (const auto* line : {"[tool.lbundle.function]\nname = 'f'\nhandler = 'a.b'\nruntime = 'python3.11'\n",
                           "[[tool.lbundle.event]]\nfiles = 'events/*'\n"})
    text += line;
  EXPECT_EQ(read(text, "pyproject.toml").function.name, "f");
  EXPECT_THAT(complaint(text + "compar = 'json'\n", "pyproject.toml"),
              HasSubstr("unknown key 'compar' in [tool.lbundle.event[1]]"));
  EXPECT_THAT(complaint("[project]\n", "pyproject.toml"), HasSubstr("there is no [tool.lbundle]"));
}

TEST_F(ProjectTest, IsFoundFromBelow) {
  const auto below = folder_ / "a/b";
  fs::create_directories(below);
  folder_.put("a/pyproject.toml", "[project]\nname = 'x'\n");
  const auto file = folder_.put("lbundle.toml", minimal);
  EXPECT_EQ(find_project_file(below), file);
  folder_.put("a/pyproject.toml", "[tool.lbundle.function]\nname = 'x'\n");
  EXPECT_EQ(find_project_file(below), folder_ / "a/pyproject.toml");
  EXPECT_THAT(error_of([&] { find_project_file(folder_ / "nowhere"); })->what(),
              HasSubstr("there is no such folder"));
}

TEST(CommandLineGlob, IsChecked) {
  EXPECT_EQ(command_line_glob("--keep", "a/**").glob, "a/**");
  EXPECT_THAT(error_of([] { command_line_glob("--drop", "/a"); })->what(),
              HasSubstr("cannot understand '--drop /a'"));
}

TEST_F(ProjectTest, AToleranceIsAFractionAndOnlyForNumbers) {
  EXPECT_EQ(read(minimal).events.at(0).tolerance, 0.0);
  EXPECT_EQ(read(std::string(minimal) + "tolerance = 1e-9\n").events.at(1).tolerance, 1e-9);
  for (const char* line : {"tolerance = -1e-9\n", "tolerance = 1.5\n", "tolerance = nan\n"}) {
    EXPECT_THAT(complaint(std::string(minimal) + line),
                AllOf(HasSubstr("lbundle.toml:8:13"), HasSubstr("'event[1].tolerance' must be from 0 to 1"),
                      HasSubstr("^")))
        << line;
  }
  EXPECT_THAT(complaint(std::string(minimal) + "tolerance = \"1e-9\"\n"), HasSubstr("must be a number"));
  EXPECT_THAT(complaint(std::string(minimal) + "tolerance = 1e-9\ncompare = \"bytes\"\n"),
              AllOf(HasSubstr("lbundle.toml:8:13"), HasSubstr("only for compare = \"json\"")));
}

}  // namespace
}  // namespace lbundle
