#include "python_reach/own_imports.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/tree.hpp"
#include "support/runtimes.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class OwnImportsTest : public testing::Test {
 protected:
  OwnImportsTest() {
    function_.runtime = *find_runtime("python3.11");
    function_.handler = "handler.handler";
  }

  void put(const std::string& path, const std::string& text) { folder_.put("tree/" + path, text); }
  Findings findings(const std::vector<HostPath>& outside = {}) {
    const auto files = scan_tree(folder_ / "tree", 1);
    std::set<BundlePath> own;
    for (const auto& [path, node] : files)
      if (!path.bytes().starts_with("installed")) own.insert(path);
    return find_missing_imports({files, own, outside, {}}, function_, python_, Store(folder_ / "cache"), 1);
  }
  std::vector<std::string> messages() {
    std::vector<std::string> messages;
    for (const auto& each : findings()) messages.push_back(each.message + " " + each.hint);
    return messages;
  }

  Scratch folder_;
  Function function_;
  Interpreter python_ = find_interpreter(python_runtime("3.11"));
};

TEST_F(OwnImportsTest, WhatIsThereHasNoFinding) {
  put("handler.py",
      "import json, os.path\nimport app.views\nfrom vendored import x\nimport installed\nimport later\n");
  put("app/__init__.py", "VERSION = 1\n");
  put("app/views.py", "from . import VERSION, words\nfrom .words import WORDS\n");
  put("app/words.py", "WORDS = []\n");
  put("lib/vendored.py", "");
  put("installed/__init__.py", "import nothing\n");
  folder_.put("layer/later.py", "");
  EXPECT_THAT(findings({folder_ / "layer"}), IsEmpty());
}

TEST_F(OwnImportsTest, ARelativeImportThatLeadsNowhere) {
  put("handler.py", "from app import views\n");
  put("app/__init__.py", "");
  put("app/views.py", "from . import words\nfrom .rates import VAT\n");
  EXPECT_THAT(messages(),
              ElementsAre(AllOf(HasSubstr("app/views.py:1 imports .words"), HasSubstr("[[source]]")),
                          HasSubstr("app/views.py:2 imports .rates")));
}

TEST_F(OwnImportsTest, WhatMayBeMissingHasNoFinding) {
  put("handler.py",
      "try:\n    import ujson\nexcept ImportError:\n    import json\nimport sys\nif sys.platform == "
      "'win32':\n    import winthing\n");
  put("app/views.py", "try:\n    from . import local\nexcept ImportError:\n    pass\n");
  EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(OwnImportsTest, APackageThatNothingBrings) {
  put("handler.py",
      "import importlib\ntry:\n    app = importlib.import_module('app')\nexcept Exception:\n    app = "
      "None\n");
  put("app.py", "import boto3\ndef f():\n    import requests\n");
  put("tests/test_app.py", "import pytest\n");
  const auto found = findings();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].severity, Severity::warning);
  EXPECT_EQ(found[0].code, "import-missing");
  EXPECT_THAT(found[0].message, HasSubstr("app.py:1 imports boto3"));
  EXPECT_THAT(found[0].hint, HasSubstr("preinstalled = \"runtime\""));
  EXPECT_EQ(found[1].severity, Severity::note);
  EXPECT_THAT(found[1].message, HasSubstr("app.py:3 imports requests"));
}

}  // namespace
}  // namespace lbundle
