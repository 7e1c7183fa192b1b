#include "python/missing_module.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/runtimes.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class MissingModuleTest : public testing::Test {
 protected:
  MissingModuleTest() { function_.runtime = *find_runtime("python3.11"); }

  Scratch folder_;
  Function function_;
};

TEST_F(MissingModuleTest, WhatTheRuntimeHasLeadsToItsKey) {
  function_.requirements = folder_.put("requirements.txt", "");
  const auto missing = explain_missing("boto3.dynamodb", function_, {});
  EXPECT_EQ(missing.name, "boto3");
  EXPECT_THAT(missing.cause, HasSubstr("the runtime has it"));
  EXPECT_THAT(missing.hint,
              AllOf(HasSubstr("preinstalled = \"runtime\""), HasSubstr("add boto3 to requirements.txt")));
  EXPECT_THAT(explain_missing("dateutil", function_, {}).hint, HasSubstr("add python-dateutil"));
  function_.leave_preinstalled = true;
  EXPECT_THAT(explain_missing("boto3", function_, {}).hint, Not(HasSubstr("preinstalled")));
}

TEST_F(MissingModuleTest, NamesTheRequirement) {
  EXPECT_THAT(explain_missing("PIL.Image", function_, {}).hint,
              AllOf(HasSubstr("pillow"), HasSubstr("a requirements.txt")));
  EXPECT_THAT(explain_missing("google.cloud.storage", function_, {}).hint,
              HasSubstr("add google-cloud-storage"));
  EXPECT_THAT(explain_missing("requests", function_, {}).cause,
              HasSubstr("neither the requirements nor the runtime"));
}

TEST_F(MissingModuleTest, NamesTheExtraThatHasIt) {
  folder_.put("pyproject.toml", "[project]\nname='p'\n[project.optional-dependencies]\napi = ['PyJWT>=2']\n");
  function_.requirements = folder_.put("uv.lock", "");
  EXPECT_THAT(explain_missing("jwt", function_, {}).hint, HasSubstr("extras = [\"api\"] under [function]"));
  EXPECT_THAT(explain_missing("yaml", function_, {}).hint,
              HasSubstr("add PyYAML to the project that uv.lock locks"));
}

TEST_F(MissingModuleTest, NodeLeadsToItsPackage) {
  function_.runtime = *find_runtime("nodejs22.x");
  function_.requirements = folder_.put("package-lock.json", "");
  EXPECT_THAT(explain_missing("@aws-sdk/client-s3", function_, {}).hint,
              AllOf(HasSubstr("preinstalled = \"runtime\""), HasSubstr("add @aws-sdk/client-s3")));
  EXPECT_THAT(explain_missing("lodash/get", function_, {}).hint, HasSubstr("add lodash to the dependencies"));
}

TEST_F(MissingModuleTest, AModuleNearTheProjectIsMeant) {
  folder_.put("repo/.git/HEAD", "");
  folder_.put("repo/fn/helpers.py", "");
  folder_.put("repo/shared/common/__init__.py", "");
  EXPECT_THAT(explain_missing("common.words", function_, folder_ / "repo/fn").hint,
              HasSubstr("from = \"../shared/common\" and to = \"common\""));
  EXPECT_THAT(explain_missing("helpers", function_, folder_ / "repo/fn").hint,
              HasSubstr("add \"helpers.py\" to `function.source`"));
  EXPECT_THAT(explain_missing("requests", function_, folder_ / "repo/fn").hint, HasSubstr("add requests"));
}

TEST_F(MissingModuleTest, ReadsMessages) {
  EXPECT_EQ(missing_module_in("Unable to import module 'app': No module named 'PIL.Image'", Language::python),
            "PIL.Image");
  EXPECT_EQ(missing_module_in("Cannot find module 'lodash'\nRequire stack:", Language::nodejs), "lodash");
  EXPECT_EQ(missing_module_in("Cannot find package '@aws-sdk/client-s3' imported from", Language::nodejs),
            "@aws-sdk/client-s3");
  EXPECT_EQ(missing_module_in("Cannot find module './x'", Language::nodejs), "./x");
  EXPECT_EQ(missing_module_in("division by zero", Language::python), std::nullopt);
}

}  // namespace
}  // namespace lbundle
