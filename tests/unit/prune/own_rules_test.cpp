// Tests lbundle's own rules on trees that have the form of real packages: what the rules keep and what they
// drop.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/tree.hpp"
#include "prune/prune.hpp"
#include "python/interpreter.hpp"
#include "support/runtimes.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

class OwnRules : public testing::Test {
 protected:
  void put(const std::string& path, const std::string& text = "") { folder_.put("tree/" + path, text); }

  // All files but the handler belong to `distribution`. No event used any of them.
  Bundle pruned(const std::string& distribution, const std::string& version) {
    StagedTree tree;
    tree.files = scan_tree(folder_ / "tree", 1);
    tree.distributions.all = {{distribution, version}};
    for (const auto& [path, node] : tree.files)
      if (path.bytes() != "handler.py") tree.distributions.owner[path] = 0;
    const auto& rules = built_in_rules();
    const Prune settings;
    const auto runtime = python_runtime("3.11");
    const auto interpreter = find_interpreter(runtime);
    return prune(tree, {{}, rules, settings, runtime, Store(folder_ / "cache"), 1, {}, &interpreter});
  }
  static bool keeps(const Bundle& bundle, const std::string& path) {
    return bundle.files.contains(BundlePath(path));
  }

  Scratch folder_;
};

class Cryptography : public OwnRules {
 protected:
  Bundle with(const std::string& handler) {
    put("handler.py", handler);
    put("cryptography/__init__.py", "from cryptography.__about__ import __version__\n");
    put("cryptography/__about__.py", "__version__ = '50.0.2'\n");
    put("cryptography/fernet.py", "from cryptography.hazmat.bindings._rust import openssl\n");
    put("cryptography/x509/__init__.py");
    put("cryptography/hazmat/__init__.py");
    put("cryptography/hazmat/bindings/__init__.py");
    put("cryptography/hazmat/bindings/_rust.abi3.so", "native");
    return pruned("cryptography", "50.0.2");
  }
};

TEST_F(Cryptography, AskingForItsVersionKeepsNoMore) {
  const auto bundle = with("def f():\n    from cryptography import __version__\n");
  EXPECT_TRUE(keeps(bundle, "cryptography/__about__.py"));
  EXPECT_FALSE(keeps(bundle, "cryptography/hazmat/bindings/_rust.abi3.so"));
  EXPECT_FALSE(keeps(bundle, "cryptography/x509/__init__.py"));
}

TEST_F(Cryptography, UsingItKeepsTheClassesThatItsCompiledModuleNames) {
  const auto bundle = with("def f():\n    from cryptography.fernet import Fernet\n");
  EXPECT_TRUE(keeps(bundle, "cryptography/hazmat/bindings/_rust.abi3.so"));
  EXPECT_TRUE(keeps(bundle, "cryptography/x509/__init__.py"));
}

TEST_F(OwnRules, NumpysNamesDoNotKeepBuildTools) {
  put("handler.py", "import numpy\n");
  put("numpy/__init__.py", "from numpy._core import _multiarray_umath\n");
  put("numpy/_core/__init__.py");
  put("numpy/_core/_multiarray_umath.cpython-311-x86_64-linux-gnu.so", "native");
  put("numpy/_core/_multiarray_tests.cpython-311-x86_64-linux-gnu.so", "native");
  put("numpy/f2py/__init__.py", "from numpy.f2py._backends import f2py_build_generator\n");
  put("numpy/f2py/_backends/__init__.py", "def f2py_build_generator():\n    from ._distutils import D\n");
  put("numpy/f2py/_backends/_distutils.py", "from numpy.distutils.core import setup\n");
  put("numpy/distutils/__init__.py");
  put("numpy/distutils/core.py");
  put("numpy/testing/__init__.py", "from . import overrides\n");
  put("numpy/testing/overrides.py");
  put("numpy/testing/print_coercion_tables.py", "def f():\n    from numpy._core import _multiarray_tests\n");
  const auto bundle = pruned("numpy", "2.2.6");
  for (const auto* path : {"numpy/f2py/_backends/__init__.py", "numpy/testing/overrides.py"})
    EXPECT_TRUE(keeps(bundle, path)) << path;
  for (const auto* path : {"numpy/distutils/core.py", "numpy/f2py/_backends/_distutils.py",
                           "numpy/_core/_multiarray_tests.cpython-311-x86_64-linux-gnu.so"})
    EXPECT_FALSE(keeps(bundle, path)) << path;
}

TEST_F(OwnRules, ArrowsFlightIsKeptIfItIsMentioned) {
  put("pyarrow/__init__.py",
      "import importlib\ndef _is_there(x):\n    importlib.import_module(f'pyarrow.{x}')\n"
      "def show_info():\n    for x in ['flight', 'orc']:\n        _is_there(x)\n");
  put("pyarrow/flight.py", "from pyarrow._flight import connect\n");
  put("pyarrow/orc.py");
  put("pyarrow/_flight.cpython-311-x86_64-linux-gnu.so", "native");
  const auto keeps_flight = [&](const std::string& handler) {
    put("handler.py", handler);
    const auto bundle = pruned("pyarrow", "20.0.0");
    EXPECT_TRUE(keeps(bundle, "pyarrow/orc.py"));
    return keeps(bundle, "pyarrow/_flight.cpython-311-x86_64-linux-gnu.so");
  };
  EXPECT_FALSE(keeps_flight("import pyarrow\n"));
  EXPECT_TRUE(keeps_flight("import pyarrow\ndef f():\n    import pyarrow.flight as flight\n"));
  EXPECT_TRUE(keeps_flight("import pyarrow as pa\ndef f(x):\n    return pa.flight.connect(x)\n"));
  EXPECT_TRUE(keeps_flight("import pyarrow\ndef f():\n    from pyarrow import flight\n"));
}

TEST_F(OwnRules, DjangosApplicationsKeepWhatIsListed) {
  put("handler.py", "import django.template.backends.django\nAPPS = ['django.contrib.humanize.apps']\n");
  put("django/__init__.py");
  put("django/template/__init__.py");
  put("django/template/backends/__init__.py");
  put("django/template/backends/django.py", "import django.utils.translation.trans_real\n");
  put("django/templatetags/__init__.py");
  put("django/templatetags/cache.py");
  put("django/utils/__init__.py");
  put("django/utils/translation/__init__.py");
  put("django/utils/translation/trans_real.py");
  put("django/conf/locale/de/LC_MESSAGES/django.mo", "x");
  put("django/conf/locale/de/LC_MESSAGES/django.po", "x");
  put("django/contrib/__init__.py");
  for (const auto* app : {"humanize", "redirects"}) {
    const auto folder = std::string("django/contrib/") + app;
    put(folder + "/__init__.py");
    put(folder + "/apps.py");
    put(folder + "/locale/de/LC_MESSAGES/django.mo", "x");
  }
  const auto bundle = pruned("django", "5.2");
  for (const auto* path : {"django/templatetags/cache.py", "django/conf/locale/de/LC_MESSAGES/django.mo",
                           "django/contrib/humanize/locale/de/LC_MESSAGES/django.mo"})
    EXPECT_TRUE(keeps(bundle, path)) << path;
  for (const auto* path : {"django/conf/locale/de/LC_MESSAGES/django.po",
                           "django/contrib/redirects/locale/de/LC_MESSAGES/django.mo"})
    EXPECT_FALSE(keeps(bundle, path)) << path;
}

TEST_F(OwnRules, PsutilIsForLinux) {
  put("handler.py", "import psutil\n");
  put("psutil/__init__.py",
      "from ._common import LINUX, WINDOWS\nif LINUX:\n    from . import _pslinux\n"
      "elif WINDOWS:\n    from . import _pswindows\n");
  put("psutil/_common.py");
  put("psutil/_pslinux.py");
  put("psutil/_pswindows.py");
  const auto bundle = pruned("psutil", "7.2.2");
  EXPECT_TRUE(keeps(bundle, "psutil/_pslinux.py"));
  EXPECT_FALSE(keeps(bundle, "psutil/_pswindows.py"));
}

}  // namespace
}  // namespace lbundle
