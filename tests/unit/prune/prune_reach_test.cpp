// Tests what each level keeps of a small package, for each way of loading a file. In every case an event
// imported "p" (or what the case says), and did not use the file that the case is about.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/text.hpp"
#include "os/tree.hpp"
#include "prune/prune.hpp"
#include "python/interpreter.hpp"
#include "support/runtimes.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

using testing::HasSubstr;

struct File {
  const char* path;
  const char* text;
};

struct Case {
  const char* name;
  std::vector<File> files;          // their first folder names the distribution; handler.py is the function's
  std::vector<const char*> opened;  // by the event; a slash at the end: listed
  const char* wanted;               // kept at reach, dropped at trace
  const char* unwanted;             // dropped at reach too; may be empty
  const char* how;                  // part of the reason
};

const std::vector<Case> cases = {
    {"ImportInAFunction",
     {{"p/__init__.py", "def f():\n    import p.late\n"}, {"p/late.py", ""}, {"p/other.py", ""}},
     {"p/__init__.py"},
     "p/late.py",
     "p/other.py",
     "imported in f() by p/__init__.py:2"},
    {"AnotherDistributionInAFunction",
     {{"p/__init__.py", "class C:\n    def f(self):\n        from q.sub import x\n"},
      {"q/__init__.py", ""},
      {"q/sub.py", ""},
      {"r/__init__.py", ""}},
     {"p/__init__.py"},
     "q/sub.py",
     "r/__init__.py",
     "imported in f() by"},
    {"ImportInAnExcept",
     {{"p/__init__.py", "try:\n    import fast\nexcept ImportError:\n    from p import slow\n"},
      {"p/slow.py", ""}},
     {"p/__init__.py"},
     "p/slow.py",
     "",
     "under a condition"},
    {"ImportUnderACondition",
     {{"p/__init__.py", "import os\nif os.environ.get('X'):\n    from . import on\n"}, {"p/on.py", ""}},
     {"p/__init__.py"},
     "p/on.py",
     "",
     "under a condition"},
    {"RelativeImportFromBelow",
     {{"p/__init__.py", ""},
      {"p/a/__init__.py", ""},
      {"p/a/m.py", "def f():\n    from ..b import n\n"},
      {"p/b/__init__.py", ""},
      {"p/b/n.py", ""}},
     {"p/__init__.py", "p/a/__init__.py", "p/a/m.py"},
     "p/b/n.py",
     "",
     "imported in f()"},
    {"StarImport",
     {{"p/__init__.py", "def f():\n    pass\nfrom p.names import *\n"},
      {"p/names.py", "from p import deep\n"},
      {"p/deep.py", ""}},
     {"p/__init__.py"},
     "p/deep.py",
     "",
     "imported by p/names.py:1"},
    {"TheFunctionsOwnCode",
     {{"handler.py", "def handler(e, c):\n    import p\n"}, {"p/__init__.py", ""}},
     {},
     "p/__init__.py",
     "",
     "imported in handler() by handler.py:2"},
    {"ImportModuleWithAConstant",
     {{"p/__init__.py", "import importlib\ndef f():\n    importlib.import_module('p.x')\n"}, {"p/x.py", ""}},
     {"p/__init__.py"},
     "p/x.py",
     "",
     "imported in f()"},
    {"ImportModuleRelative",
     {{"p/__init__.py", "from importlib import import_module\ndef f():\n    import_module('.x', __name__)\n"},
      {"p/x.py", ""}},
     {"p/__init__.py"},
     "p/x.py",
     "",
     "imported in f()"},
    {"DunderImport",
     {{"p/__init__.py", "def f():\n    return __import__('q')\n"}, {"q/__init__.py", ""}},
     {"p/__init__.py"},
     "q/__init__.py",
     "",
     "imported in f()"},
    {"OptionalDependencyByName",
     {{"p/__init__.py", "def f():\n    return import_optional_dependency('q')\n"}, {"q/__init__.py", ""}},
     {"p/__init__.py"},
     "q/__init__.py",
     "",
     "imported in f()"},
    {"ModuleGetattrWithATable",
     {{"handler.py", "import p\ndef handler(e, c):\n    return p.one.f()\n"},
      {"p/__init__.py",
       "import importlib\nsub = ['one', 'two']\ndef __getattr__(name):\n    return "
       "importlib.import_module('p.' + name)\n"},
      {"p/one.py", ""},
      {"p/two.py", ""}},
     {"p/__init__.py"},
     "p/one.py",
     "p/two.py",
     "provided by p as one"},
    {"ModuleGetattrWithAMap",
     {{"handler.py", "from p import Thing\n"},
      {"p/__init__.py",
       "table = {'Thing': '.things', 'Other': '.others'}\ndef __getattr__(name):\n    return "
       "load(table[name])\n"},
      {"p/things.py", ""},
      {"p/others.py", ""}},
     {"p/__init__.py"},
     "p/things.py",
     "p/others.py",
     "provided by p as Thing"},
    {"LazyLoader",
     {{"handler.py", "import p as alias\ndef handler(e, c):\n    return alias.io.read()\n"},
      {"p/__init__.py",
       "import lazy_loader as lazy\n"
       "__getattr__, _, _ = lazy.attach(__name__, submodules={'io', 'draw'}, submod_attrs={'m': ['a']})\n"},
      {"p/io.py", ""},
      {"p/draw.py", ""},
      {"p/m.py", ""},
      {"lazy_loader/__init__.py", ""}},
     {"p/__init__.py"},
     "p/io.py",
     "p/draw.py",
     "provided by p as io"},
    {"LazyLoaderByItsStub",
     {{"handler.py", "from p import imread\n"},
      {"p/__init__.py",
       "import lazy_loader\n__getattr__, _, _ = lazy_loader.attach_stub(__name__, __file__)\n"},
      {"p/__init__.pyi", "from ._io import imread, imsave\nfrom . import draw\n"},
      {"p/_io.py", ""},
      {"p/draw.py", ""},
      {"lazy_loader/__init__.py", ""}},
     {"p/__init__.py"},
     "p/_io.py",
     "p/draw.py",
     "provided by p as imread"},
    {"ATableOfPluginNames",
     {{"p/__init__.py", "_plugins = ['APlugin', 'BPlugin']\n"},
      {"p/core.py",
       "from . import _plugins\ndef init():\n    for x in _plugins:\n        "
       "__import__(f'{__name__}.{x}')\n"},
      {"p/APlugin.py", ""},
      {"p/BPlugin.py", ""},
      {"p/unrelated.py", ""}},
     {"p/__init__.py", "p/core.py"},
     "p/BPlugin.py",
     "p/unrelated.py",
     "matches a name"},
    {"APluginFamilyByNamePattern",
     {{"p/__init__.py",
       "import importlib\ndef f(x):\n    importlib.import_module(f'p.backends.{x}_backend')\n"},
      {"p/backends/__init__.py", ""},
      {"p/backends/a_backend.py", ""},
      {"p/backends/b.py", ""}},
     {"p/__init__.py"},
     "p/backends/a_backend.py",
     "p/backends/b.py",
     "matches a name"},
    {"ANameWithAHoleInTheMiddle",
     {{"p/__init__.py", "import importlib\ndef f(x):\n    importlib.import_module('p.%s.plugin' % x)\n"},
      {"p/one/__init__.py", ""},
      {"p/one/plugin.py", ""},
      {"p/one/other.py", ""}},
     {"p/__init__.py"},
     "p/one/plugin.py",
     "p/one/other.py",
     "matches a name"},
    {"ANameThatIsPutTogetherElsewhere",
     {{"p/__init__.py",
       "import importlib\ndef load(path):\n    return importlib.import_module(path.rpartition('.')[0])\n"
       "def f(kind, x):\n    return f'p.{kind}.{x}.Class', f'q.{x} is old'\n"},
      {"p/one/__init__.py", ""},
      {"p/one/two.py", ""},
      {"q/__init__.py", ""},
      {"q/three.py", ""}},
     {"p/__init__.py"},
     "p/one/two.py",
     "q/three.py",
     "matches a name"},
    {"ANameThatNoStatementCouldImport",
     {{"p/__init__.py", "import importlib\ndef f(x):\n    importlib.import_module('p.locales.' + x)\n"},
      {"p/locales/__init__.py", ""},
      {"p/locales/zh-Hans.py", ""},
      {"p/0001_other.py", ""}},
     {"p/__init__.py"},
     "p/locales/zh-Hans.py",
     "p/0001_other.py",
     "matches a name"},
    {"DunderImportThatTakesAConstant",
     {{"p/__init__.py",
       "def f(x):\n    return __import__(f'p.locales.{x}', globals(), locals(), ['errors'])\n"},
      {"p/locales/__init__.py", ""},
      {"p/locales/en/__init__.py", ""},
      {"p/locales/en/errors.py", ""},
      {"p/other.py", ""}},
     {"p/__init__.py"},
     "p/locales/en/errors.py",
     "p/other.py",
     "matches a name"},
    {"ADataFileNamedWithoutItsEnding",
     {{"p/__init__.py", "ENDING = '.json'\nNAMES = 'zone_names' + ENDING\n"},
      {"p/zone_names.json", "[]"},
      {"p/other.json", "[]"}},
     {"p/__init__.py"},
     "p/zone_names.json",
     "p/other.json",
     "named in p/__init__.py"},
    {"ADataFileNamedAsTheModule",
     {{"p/__init__.py", ""},
      {"p/page.py", "import pathlib\nSTYLE = pathlib.Path(__file__).with_suffix('.css')\n"},
      {"p/page.css", "x"},
      {"p/other.css", "x"}},
     {"p/__init__.py", "p/page.py"},
     "p/page.css",
     "p/other.css",
     "with the same name"},
    {"TheFolderOfAWheelsLibraries",
     {{"p/__init__.py", "def find(files):\n    return [f for f in files if f.parent.name == 'p.libs']\n"},
      {"p.libs/liba-1a2b3c4d.so.1", "x"},
      {"q.libs/libb-1a2b3c4d.so.1", "x"}},
     {"p/__init__.py"},
     "p.libs/liba-1a2b3c4d.so.1",
     "q.libs/libb-1a2b3c4d.so.1",
     "named in p/__init__.py"},
    {"PkgutilListsAPackage",
     {{"p/__init__.py", ""},
      {"p/plugins/__init__.py",
       "import pkgutil\ndef f():\n    return list(pkgutil.iter_modules(__path__))\n"},
      {"p/plugins/a.py", ""},
      {"p/other.py", ""}},
     {"p/__init__.py", "p/plugins/__init__.py"},
     "p/plugins/a.py",
     "p/other.py",
     "in a package that"},
    {"EntryPoints",
     {{"p/__init__.py",
       "from importlib.metadata import entry_points\ndef f():\n    entry_points(group='p.drivers')\n"},
      {"q/driver.py", ""},
      {"q/command.py", ""},
      {"q/__init__.py", ""},
      {"q-1.0.dist-info/entry_points.txt",
       "[console_scripts]\nq = q.command:main\n[p.drivers]\nq = q.driver:Driver [extra]\n"}},
     {"p/__init__.py"},
     "q/driver.py",
     "q/command.py",
     "entry point of the group p.drivers"},
    {"AModuleNamedInAConstant",
     {{"p/__init__.py", "HOOK = 'p.hooks.inject_methods'\n"}, {"p/hooks.py", ""}},
     {"p/__init__.py"},
     "p/hooks.py",
     "",
     "named in p/__init__.py"},
    {"AFileNamedInAConstant",
     {{"p/__init__.py",
       "import os\nHERE = os.path.dirname(__file__)\ndef f():\n    open(os.path.join(HERE, 'd', "
       "'s.json'))\n"},
      {"p/d/s.json", "{}"},
      {"p/d/t.json", "{}"}},
     {"p/__init__.py"},
     "p/d/s.json",
     "",
     "named in p/__init__.py"},
    {"FilesOfImportlibResources",
     {{"p/__init__.py",
       "from importlib import resources\ndef f(n):\n    return resources.files('p.schemas') / n\n"},
      {"p/schemas/v1.xsd", "x"},
      {"p/elsewhere/v1.xsd", "x"}},
     {"p/__init__.py"},
     "p/schemas/v1.xsd",
     "p/elsewhere/v1.xsd",
     "in a package that p/__init__.py names"},
    {"FilesOfThePackageWhoseNameAVariableHas",
     {{"p/__init__.py",
       "from importlib import resources\ndef f(n):\n    own = __package__ or 'p'\n"
       "    folder = resources.files(own) / f'{n}_registry'\n    return sorted(folder.glob('*.json'))\n"},
      {"p/bank_registry/de.json", "x"},
      {"p/elsewhere/de.json", "x"}},
     {"p/__init__.py"},
     "p/bank_registry/de.json",
     "p/elsewhere/de.json",
     "on a path that p/__init__.py computes"},
    {"DataOfAPackageWhoseNameIsHandedOn",
     {{"p/__init__.py",
       "import importlib, os, q\ndef f(n, folder):\n    q.load(__name__, n)\n    return "
       "[importlib.import_module(x) "
       "for x in os.listdir(folder)]\n"},
      {"p/words/a.txt", "x"},
      {"p/unused.py", ""},
      {"q/__init__.py", ""}},
     {"p/__init__.py"},
     "p/words/a.txt",
     "p/unused.py",
     "in a package that p/__init__.py names"},
    {"PackageDataOfGetData",
     {{"p/__init__.py", "import pkgutil\ndef f():\n    return pkgutil.get_data('p', 'table.csv')\n"},
      {"p/table.csv", "x"}},
     {"p/__init__.py"},
     "p/table.csv",
     "",
     "p/__init__.py"},
    {"DataFoundByListingAFolder",
     {{"p/__init__.py", ""}, {"p/schemas/a.json", "{}"}, {"p/schemas/b.json", "{ }"}, {"p/mixed/b.py", ""}},
     {"p/__init__.py", "p/schemas/a.json", "p/schemas/", "p/mixed/"},
     "p/schemas/b.json",
     "",
     "in p/schemas, a folder listed by event e1"},
    {"DataFoundByListingAFolderBesideFilesOfALikeName",
     {{"p/__init__.py", ""},
      {"p/schemas-old/c.json", "{}"},
      {"p/schemas.json", "{}"},
      {"p/schemas/a.json", "{}"},
      {"p/schemas/b.json", "{ }"}},
     {"p/__init__.py", "p/schemas/a.json", "p/schemas/"},
     "p/schemas/b.json",
     "p/schemas-old/c.json",
     "in p/schemas, a folder listed by event e1"},
    {"NothingBehindAnImportThatFails",
     {{"p/__init__.py", "def f():\n    import p.broken\n"},
      {"p/broken.py", "import p.first\nimport absent.part\nimport q\ndef g():\n    import q\n"},
      {"p/first.py", "try:\n    import absent\nexcept ImportError:\n    import r\n"},
      {"q/__init__.py", ""},
      {"r/__init__.py", ""}},
     {"p/__init__.py"},
     "r/__init__.py",
     "q/__init__.py",
     "imported under a condition by p/first.py:4"},
    {"WhatTheRuntimeHasOrAnyFolderMayHold",
     {{"p/__init__.py", "def f():\n    import p.whole\n"},
      {"p/whole.py",
       "import dateutil.tz, urllib3, awslambdaric, distutils, sqlite3, tucked.away\nimport q\n"},
      {"p/vendor/tucked/away.py", ""},
      {"q/__init__.py", ""}},
     {"p/__init__.py"},
     "q/__init__.py",
     "",
     "imported by p/whole.py:2"},
    {"APackageThatTheDistributionBrings",
     {{"p/__init__.py", "def f():\n    import p.extern.tucked.away\n"},
      {"p/vendor/tucked/away.py", ""},
      {"p/vendor/tucked/other.py", ""}},
     {"p/__init__.py"},
     "p/vendor/tucked/away.py",
     "p/vendor/tucked/other.py",
     "which may find it here"},
    {"DunderImportOfAComputedNameBesideTheModule",
     {{"p/__init__.py", ""},
      {"p/d/__init__.py", "def f(c):\n    __import__('region_%s' % c, globals(), locals(), ['R_' + c], 1)\n"},
      {"p/d/region_x.py", ""},
      {"p/d/other.py", ""}},
     {"p/d/__init__.py"},
     "p/d/region_x.py",
     "p/d/other.py",
     "matches a name that p/d/__init__.py computes"},
    {"DunderImportThatTakesAComputedName",
     {{"p/__init__.py", "def f(c, n):\n    __import__('p.%s' % c, globals(), locals(), [str(n)])\n"},
      {"p/x/__init__.py", ""},
      {"p/x/y.py", ""}},
     {"p/__init__.py"},
     "p/x/y.py",
     "",
     "matches a name that p/__init__.py computes"},
    {"DunderImportOfAConstantBesideTheModule",
     {{"p/__init__.py", "def f():\n    __import__('x', globals(), level=1)\n"}, {"p/x.py", ""}},
     {"p/__init__.py"},
     "p/x.py",
     "",
     "imported in f()"},
    {"ATopModuleNamedInNativeCode",
     {{"p/__init__.py", ""}, {"p/_native.abi3.so", ""}, {"_tucked.abi3.so", ""}},
     {"p/_native.abi3.so"},
     "_tucked.abi3.so",
     "",
     "named in p/_native.abi3.so"},
    {"AClassInAPickle",
     {{"p/__init__.py", ""},
      {"p/deep.py", "class C: pass\n"},
      {"p/model.pkl",
       "\x80\x02"
       "cp.deep\nC\n."}},
     {"p/__init__.py", "p/model.pkl"},
     "p/deep.py",
     "",
     "one of its classes is in p/model.pkl"},
    {"AModuleNamedInNativeCode",
     {{"p/__init__.py", "def f():\n    import p._native\n"},
      {"p/_native.abi3.so", ""},
      {"p/errors.py", ""},
      {"p/there.py", ""}},
     {"p/__init__.py"},
     "p/errors.py",
     "p/there.py",
     "named in p/_native.abi3.so"},
};

// Native code is recognised by its first bytes, and its strings end with NULs.
std::string bytes_of(const File& file) {
  if (std::string_view(file.path).find(".so") == std::string_view::npos) return file.text;
  return std::string(
      "\x7f"
      "ELF\0p.errors\0p.not there\0_tucked\0",
      34);
}

class ReachCase : public testing::TestWithParam<Case> {
 protected:
  Bundle prune_at(PruneLevel level) const {
    StagedTree tree;
    tree.root = folder_ / "tree";
    for (const auto& file : GetParam().files) folder_.put(std::string("tree/") + file.path, bytes_of(file));
    tree.files = scan_tree(tree.root, 1);
    for (const auto& [path, node] : tree.files) {
      const auto name = path.bytes().substr(0, path.bytes().find_first_of("/-"));
      if (name == "handler.py") continue;
      auto& all = tree.distributions.all;
      const auto found = std::ranges::find(all, name, &Distribution::name);
      tree.distributions.owner[path] = static_cast<std::size_t>(found - all.begin());
      if (found == all.end()) all.push_back({name, "1.0"});
    }
    Evidence evidence;
    for (const std::string path : GetParam().opened)
      evidence[BundlePath(path)][path.ends_with('/') ? AccessKind::listed : AccessKind::opened].insert("e1");
    Prune settings;
    settings.level = level;
    auto runtime = python_runtime("3.11");
    runtime.preinstalled = {{"python-dateutil", ""}, {"urllib3", ""}};
    static const auto interpreter = find_interpreter(runtime);
    return prune(tree, {evidence, {}, settings, runtime, Store(folder_ / "cache"), 2, {}, &interpreter});
  }

  Scratch folder_;
};

TEST_P(ReachCase, KeepsWhatCouldBeLoaded) {
  const BundlePath wanted(GetParam().wanted);
  EXPECT_FALSE(prune_at(PruneLevel::trace).files.contains(wanted))
      << "evidence alone kept it: the case shows nothing";
  const auto bundle = prune_at(PruneLevel::reach);
  EXPECT_TRUE(bundle.files.contains(wanted));
  EXPECT_THAT(bundle.decisions.at(wanted).reason.text, HasSubstr(GetParam().how));
  const std::string unwanted = GetParam().unwanted;
  if (unwanted.empty()) return;
  EXPECT_FALSE(bundle.files.contains(BundlePath(unwanted)))
      << bundle.decisions.at(BundlePath(unwanted)).reason.text;
}

INSTANTIATE_TEST_SUITE_P(Reach, ReachCase, testing::ValuesIn(cases),
                         [](const auto& each) { return std::string(each.param.name); });

// An import of a module that does not exist ends the importing module, so the code after it reaches nothing.
// This is not so if the module may be in another place.
class BehindAnImport : public testing::Test {
 protected:
  bool is_reached(const std::string& module, const std::string& handler = "",
                  const std::string& variable = "", bool has_layers = false) {
    const Scratch folder;
    folder.put("tree/handler.py", handler);
    folder.put("tree/p/__init__.py", format("import {}\nimport q\n", module));
    folder.put("tree/q/__init__.py", "");
    StagedTree tree;
    tree.files = scan_tree(folder / "tree", 1);
    tree.distributions.all = {{"p", "1.0"}, {"q", "1.0"}};
    tree.distributions.owner = {{BundlePath("p/__init__.py"), 0}, {BundlePath("q/__init__.py"), 1}};
    const Evidence evidence{{BundlePath("p/__init__.py"), {{AccessKind::opened, {"e1"}}}}};
    auto runtime = python_runtime("3.11");
    runtime.preinstalled = {{"boto3", ""}, {"python-dateutil", ""}};
    const auto interpreter = find_interpreter(runtime);
    const Prune settings;
    PruneInputs inputs{evidence, {}, settings, runtime, Store(folder / "cache"), 1, {}, &interpreter};
    if (!variable.empty()) inputs.environment[variable] = "/mnt/modules";
    inputs.has_layers = has_layers;
    return prune(tree, inputs).files.contains(BundlePath("q/__init__.py"));
  }
};

TEST_F(BehindAnImport, NothingIsReachedIfItCanOnlyFail) {
  EXPECT_FALSE(is_reached("nowhere"));
}

TEST_F(BehindAnImport, EverythingIsReachedIfItExists) {
  for (const auto* module : {"json", "__main__", "distutils.core", "p", "q", "boto3", "dateutil.tz"})
    EXPECT_TRUE(is_reached(module)) << module;
}

TEST_F(BehindAnImport, EverythingIsReachedIfItMayBeElsewhere) {
  EXPECT_TRUE(is_reached("nowhere", "", "", true));
  EXPECT_TRUE(is_reached("nowhere", "", "PYTHONPATH"));
  EXPECT_TRUE(is_reached("nowhere", "import sys\nsys.path.append('/mnt/modules')\n"));
  EXPECT_TRUE(is_reached("nowhere", "from sys import path\n"));
  EXPECT_TRUE(is_reached("nowhere", "import site\nsite.addsitedir('/mnt/modules')\n"));
}

// Returns the files that are kept of a tree. All files but the handler belong to the distribution p, and an
// event opened its first module.
Bundle pruned(const Scratch& folder, const std::vector<Rule>& rules, PruneLevel level = PruneLevel::reach) {
  StagedTree tree;
  tree.files = scan_tree(folder / "tree", 1);
  tree.distributions.all = {{"p", "1.0"}};
  for (const auto& [path, node] : tree.files)
    if (path.bytes().starts_with("p/")) tree.distributions.owner[path] = 0;
  const Evidence evidence{{BundlePath("p/__init__.py"), {{AccessKind::opened, {"e1"}}}}};
  Prune settings;
  settings.level = level;
  const auto runtime = python_runtime("3.11");
  const auto interpreter = find_interpreter(runtime);
  return prune(tree, {evidence, rules, settings, runtime, Store(folder / "cache"), 1, {}, &interpreter});
}

// A rule names a function. It keeps the file that a constant argument of a call names, wherever the argument
// is in the call.
TEST(CalledRule, KeepsWhatTheConstantNames) {
  const Scratch folder;
  folder.put("tree/handler.py",
             "import p\ndef handler(e, c):\n    return p.client('s3'), p.other('ec2'), p.client(e['x'])\n"
             "class C:\n    sqs = p.session().client(service='sqs')\n");
  folder.put("tree/p/__init__.py", "");
  for (const auto* name : {"s3", "ec2", "sqs", "x"})
    folder.put(std::string("tree/p/services/") + name + "/v1.json", "{}");
  const auto rules = parse_rules("rules/packages/p.toml",
                                 "distribution = 'p'\n[[called]]\ncalls = 'client'\n"
                                 "files = 'p/services/{name}/**'\nreason = 'read by name'\n");
  const auto bundle = pruned(folder, rules);
  EXPECT_TRUE(bundle.files.contains(BundlePath("p/services/s3/v1.json")));
  EXPECT_TRUE(bundle.files.contains(BundlePath("p/services/sqs/v1.json")));
  EXPECT_FALSE(bundle.files.contains(BundlePath("p/services/ec2/v1.json")));
  EXPECT_FALSE(bundle.files.contains(BundlePath("p/services/x/v1.json")));
  const auto& reason = bundle.decisions.at(BundlePath("p/services/s3/v1.json")).reason;
  EXPECT_EQ(reason.text, "client(\"s3\") in handler.py: read by name");
  EXPECT_EQ(reason.rule, "rules/packages/p.toml:2");
}

// A name that only the run knows is any name, if the code uses the rule's package.
TEST(CalledRule, AComputedNameOfOwnCodeKeepsTheFilesOfAllNames) {
  const auto keeps = [](const std::string& handler, const std::string& more) {
    const Scratch folder;
    folder.put("tree/handler.py", handler);
    folder.put("tree/helper.py", more);
    folder.put("tree/p/__init__.py", "");
    for (const auto* name : {"s3", "ec2"})
      folder.put(std::string("tree/p/services/") + name + "/v1.json", "{}");
    const auto rules =
        parse_rules("rules/packages/p.toml",
                    "distribution = 'p'\n[[called]]\ncalls = 'client'\nparameter = 'name'\n"
                    "users = ['p']\nfiles = 'p/services/{name}/**'\nreason = 'read by name'\n");
    const auto bundle = pruned(folder, rules);
    std::string kept;
    for (const auto* name : {"s3", "ec2"})
      if (bundle.files.contains(BundlePath(std::string("p/services/") + name + "/v1.json")))
        kept += std::string(name) + " ";
    return kept;
  };
  const std::string wrapper = "import p\ndef get(name): return p.client(name)\n";
  EXPECT_EQ(keeps("import p\ndef handler(e, c): return p.client(e['x'])\n", ""), "s3 ec2 ");
  EXPECT_EQ(keeps("import helper\ndef handler(e, c): return helper.get('s3')\n", wrapper), "s3 ");
  EXPECT_EQ(keeps("import helper\ndef handler(e, c): return helper.get(e['x'])\n", wrapper), "s3 ec2 ");
  EXPECT_EQ(keeps("import q\ndef handler(e, c): return q.client(e['x'])\n", ""), "");
}

// A rule that keeps a file without an import of it, if other code mentions a name; and a drop rule for the
// same file.
class MentionedRule : public testing::Test {
 protected:
  // True if the codec is kept for a handler with this text.
  bool keeps_codec(const std::string& handler, const std::string& own = "",
                   PruneLevel level = PruneLevel::reach) {
    const Scratch folder;
    folder.put("tree/handler.py", handler);
    folder.put("tree/p/__init__.py", own);
    folder.put("tree/p/picture.py", "def open(): pass\n");
    folder.put("tree/p/codec.so", "native");
    const auto rules = parse_rules("rules/packages/p.toml",
                                   "distribution = 'p'\n[[mentioned]]\nnames = ['p.picture.open', 'CODEC']\n"
                                   "files = 'p/codec.so'\nreason = 'the input decides'\n"
                                   "[[drop]]\nfiles = 'p/codec.so'\nreason = 'dear'\n");
    return pruned(folder, rules, level).files.contains(BundlePath("p/codec.so"));
  }
};

TEST_F(MentionedRule, KeepsIfTheHandlerUsesTheName) {
  EXPECT_TRUE(keeps_codec("from p import picture\ndef handler(e, c):\n    return picture.open()\n"));
  EXPECT_TRUE(keeps_codec("import p.picture\ndef handler(e, c):\n    return p.picture.open()\n"));
  EXPECT_TRUE(keeps_codec("import p.picture as q\ndef handler(e, c):\n    return q.open()\n"));
  EXPECT_TRUE(keeps_codec("from p.picture import open as read\n"));
  EXPECT_TRUE(keeps_codec("def handler(e, c):\n    return e['image'].save('CODEC')\n"));
}

TEST_F(MentionedRule, KeepsAtThePackageLevelWithoutReading) {
  EXPECT_TRUE(keeps_codec("import p\n", "", PruneLevel::package));
  EXPECT_FALSE(keeps_codec("from p import picture\npicture.open()\n", "", PruneLevel::trace));
}

TEST_F(MentionedRule, IgnoresMentionsInTheDistributionItself) {
  EXPECT_FALSE(keeps_codec("from p import picture\ndef handler(e, c):\n    return picture.close()\n"));
  EXPECT_FALSE(keeps_codec("import p\n", "from p import picture\npicture.open()\nNAME = 'CODEC'\n"));
}

struct NotReached {
  const char* name;
  const char* text;  // of p/__init__.py; p/x.py is beside it
};

class NeverReached : public testing::TestWithParam<NotReached> {};

TEST_P(NeverReached, IsDropped) {
  const Scratch folder;
  folder.put("tree/p/__init__.py", GetParam().text);
  folder.put("tree/p/x.py", "");
  EXPECT_FALSE(pruned(folder, {}).files.contains(BundlePath("p/x.py")));
}

INSTANTIATE_TEST_SUITE_P(
    Reach, NeverReached,
    testing::Values(
        NotReached{"ForTypeCheckers",
                   "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import p.x\n"},
        NotReached{"OnAnotherPlatform", "import sys\nif sys.platform == 'win32':\n    import p.x\n"},
        NotReached{"OnAnotherSystem", "import os\nif os.name == 'nt' and f():\n    import p.x\n"},
        NotReached{"InAnotherVersion", "import sys\nif sys.version_info < (3, 9):\n    import p.x\n"},
        NotReached{"InOldPython",
                   "import sys\nif sys.version_info[0] == 2:\n    import p.x\nelse:\n    pass\n"},
        NotReached{"WhereTheRuntimeIsNewer",
                   "import ssl\nif not getattr(ssl, 'HAS_SNI', False):\n    import p.x\n"},
        NotReached{"TheNameOfALogger", "import logging\nlog = logging.getLogger('p.x')\n"},
        NotReached{"AsAScript", "if __name__ == '__main__':\n    import p.x\n"},
        NotReached{"InADocstring", "'p.x'\ndef f():\n    'p.x'\n"}),
    [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace lbundle
