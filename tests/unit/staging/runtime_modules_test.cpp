#include "staging/runtime_modules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/tree.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

using testing::ElementsAre;

TEST(RuntimeModules, AreThoseThatTheCodeNames) {
  const Scratch folder;
  const auto own =
      folder.put("tree/index.mjs",
                 "import { S3 } from '@aws-sdk/client-s3';\n"
                 "const late = () => import(`@aws-sdk/client-sqs`);\n"
                 "import x from \"@aws-sdk/lib-storage/dist/x.js\";  // see /docs/@aws-sdk/client-ec2\n"
                 "import { y } from '@aws-sdk/client-sts';\n");
  folder.put("tree/node_modules/tool/package.json", R"({"peerDependencies": {"@aws-sdk/client-ssm": "^3"}})");
  folder.put("tree/node_modules/tool/index.js", "require('@aws-sdk/client-iam')");
  folder.put("tree/node_modules/@aws-sdk/client-sts/package.json", "{}");
  const auto files = scan_tree(folder / "tree", 1);
  EXPECT_THAT(used_runtime_modules({{BundlePath("index.mjs"), own}}, files, {{"@aws-sdk", "3.970.0"}}),
              ElementsAre("@aws-sdk/client-s3", "@aws-sdk/client-sqs", "@aws-sdk/client-ssm",
                          "@aws-sdk/lib-storage"));
}

}  // namespace
}  // namespace lbundle
