#include "init/descriptions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/scratch.hpp"

namespace lbundle::init {
namespace {

using testing::ElementsAre;

class DescriptionsTest : public testing::Test {
 protected:
  OwnFiles files(std::initializer_list<const char*> names) const {
    OwnFiles found;
    for (const auto* name : names) found.emplace(BundlePath(name), folder_ / name);
    return found;
  }
  static std::string value(const std::optional<Text>& text) { return text ? text->value : "none"; }

  Scratch folder_;
};

TEST_F(DescriptionsTest, ATemplateOfCloudFormationInJson) {
  folder_.put("template.json", R"({"Resources": {"A": {"Type": "AWS::Lambda::Function", "Properties": {
      "Handler": "a.b", "Runtime": {"Ref": "R"}, "Code": "code", "MemorySize": 256, "Layers": [{"Ref": "L"}],
      "Environment": {"Variables": {"X": {"Fn::GetAtt": ["T", "Arn"]}}}}}},
      "Parameters": {"R": {"Default": "python3.13"}}})");
  folder_.put("code/a.py", "");
  const auto found = read_template(folder_.path());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(value(found[0].handler), "a.b");
  EXPECT_EQ(value(found[0].runtime), "python3.13");
  EXPECT_EQ(found[0].memory->value, 256);
  EXPECT_EQ(found[0].code, folder_ / "code");
  EXPECT_EQ(found[0].layers.at(0).text, "L");
  EXPECT_FALSE(found[0].environment.at(0).value);
  EXPECT_EQ(found[0].environment.at(0).why_none, "Fn::GetAtt …");
}

TEST_F(DescriptionsTest, GlobalsAreForFunctionsOfSamAlone) {
  folder_.put("template.yaml",
              "Globals: {Function: {Runtime: python3.12}}\nResources:\n"
              "  A: {Type: AWS::Lambda::Function, Properties: {Handler: a.b}}\n"
              "  B: {Type: AWS::Serverless::Function, Properties: {Handler: a.b, Runtime: !Ref Unknown}}\n"
              "  C: {Type: AWS::Serverless::Function, Properties: {Handler: a.b}}\n");
  const auto found = read_template(folder_.path());
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(value(found[0].runtime), "none");
  EXPECT_EQ(value(found[1].runtime), "none");  // the global value would be wrong
  EXPECT_EQ(value(found[2].runtime), "python3.12");
  EXPECT_EQ(found[2].runtime->from, "template.yaml, Globals");
}

TEST_F(DescriptionsTest, AnImageOfSamIsReadFromItsDockerfile) {
  folder_.put("template.yaml",
              "Resources:\n  A:\n    Type: AWS::Serverless::Function\n    Properties: {PackageType: Image}\n"
              "    Metadata: {DockerContext: ./image, Dockerfile: Dockerfile}\n");
  folder_.put("image/Dockerfile",
              "FROM public.ecr.aws/lambda/nodejs:22\nCOPY app.js ./\nCMD [ \"app.run\" ]\n");
  folder_.put("image/app.js", "");
  const auto found = read_template(folder_.path());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(value(found[0].runtime), "nodejs22.x");
  EXPECT_EQ(value(found[0].handler), "app.run");
  EXPECT_EQ(found[0].copies.at(0).to, "app.js");
}

TEST_F(DescriptionsTest, ServerlessWithShortEvents) {
  folder_.put("serverless.yml",
              "provider: {runtime: nodejs22.x}\nfunctions:\n"
              "  a: {handler: a.b, events: [{httpApi: 'GET /x/{id}'}]}\n"
              "  c: {handler: c.d, runtime: '${x}', events: [{stream: 'arn:aws:dynamodb:x'}]}\n");
  const auto found = read_serverless(folder_.path());
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].start->value.trigger, Trigger::api_v2);
  EXPECT_EQ(found[0].start->value.path, "/x/{id}");
  EXPECT_EQ(found[1].start->value.trigger, Trigger::dynamodb);
  EXPECT_EQ(value(found[1].runtime), "none");
}

TEST_F(DescriptionsTest, ServerlessWithReferences) {
  folder_.put("serverless.yml",
              "custom: {table: orders, stage: \"${opt:stage, 'dev'}\"}\n"
              "provider:\n  region: ${opt:region, 'eu-west-1'}\n  memorySize: ${opt:memory, 512}\n"
              "functions:\n  a:\n    handler: a.b\n    environment:\n      TABLE: ${self:custom.table}\n"
              "      STAGE: ${self:custom.stage}\n      KEY: ${ssm:/key}\n      LOOP: ${self:custom.loop}\n");
  const auto function = read_serverless(folder_.path()).at(0);
  EXPECT_EQ(value(function.region), "eu-west-1");
  EXPECT_EQ(function.memory->value, 512);
  std::vector<std::string> values;
  for (const auto& variable : function.environment) values.push_back(variable.value.value_or("none"));
  EXPECT_EQ(values, (std::vector<std::string>{"orders", "dev", "none", "none"}));
}

TEST_F(DescriptionsTest, TerraformWithAFileOfCode) {
  folder_.put("infra/main.tf",
              "data \"archive_file\" \"zip\" {\n  source_file = \"${path.module}/../src/app.py\"\n"
              "  output_path = \"app.zip\"\n}\n"
              "resource \"aws_lambda_function\" \"f\" {\n  filename = \"app.zip\"\n  handler = \"app.run\"\n"
              "  runtime = var.runtime\n}\n");
  folder_.put("src/app.py", "");
  const auto found = read_terraform(folder_.path(), files({"infra/main.tf", "src/app.py"}));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].code, folder_ / "src");
  EXPECT_EQ(value(found[0].handler), "app.run");
  EXPECT_EQ(value(found[0].runtime), "none");
}

TEST_F(DescriptionsTest, CdkInTypeScript) {
  folder_.put(
      "lib/stack.ts",
      "import * as cdk from 'aws-cdk-lib';\n"
      "new lambda.Function(this, 'Api', { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.main',\n"
      "  code: lambda.Code.fromAsset('api'), memorySize: 512, environment: { A: 'b', T: table.name } });\n"
      "new PythonFunction(this, 'Work', { entry: 'work', index: 'jobs/run.py', handler: 'go',\n"
      "  runtime: Runtime.PYTHON_3_12 });\n");
  folder_.put("api/index.js", "");
  folder_.put("work/jobs/run.py", "");
  const auto found = read_cdk(folder_.path(), files({"lib/stack.ts"}));
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].code, folder_ / "api");
  EXPECT_EQ(value(found[0].handler), "index.main");
  EXPECT_EQ(found[0].memory->value, 512);
  EXPECT_EQ(found[0].environment.at(0).value, "b");
  EXPECT_FALSE(found[0].environment.at(1).value);
  EXPECT_EQ(value(found[1].handler), "jobs.run.go");
  EXPECT_EQ(value(found[1].runtime), "python3.12");
}

TEST_F(DescriptionsTest, PairsOfADockerfile) {
  for (const auto* name : {"a.py", "b.py", "pkg/x.py", "lists/all.txt"}) folder_.put(name, "");
  folder_.put("Dockerfile",
              "FROM python:3.12 AS other\nCOPY a.py .\nFROM public.ecr.aws/lambda/python:3.12-arm64\n"
              "COPY lists/all.txt /tmp/\nRUN python -m pip install -r /tmp/all.txt \"six==1.17.0\" -t .\n"
              "COPY *.py ${LAMBDA_TASK_ROOT}/\nCOPY pkg /var/task/lib\nCOPY a.py /opt/\nCMD a.handler\n");
  const auto found = read_dockerfile(folder_ / "Dockerfile", folder_.path(), folder_.path());
  ASSERT_EQ(found.size(), 1U);
  std::vector<std::string> places;
  for (const auto& copy : found[0].copies) places.push_back(shown(copy.path, folder_.path()) + ">" + copy.to);
  EXPECT_THAT(places, ElementsAre("a.py>a.py", "b.py>b.py", "pkg>lib"));
  EXPECT_EQ(found[0].requirements->file, folder_ / "lists/all.txt");
  EXPECT_EQ(value(found[0].handler), "a.handler");
  EXPECT_EQ(value(found[0].architecture), "arm64");
}

TEST_F(DescriptionsTest, ADockerfileOfAnotherImageIsNone) {
  folder_.put("Dockerfile", "FROM python:3.12\nCMD [\"python\", \"a.py\"]\n");
  EXPECT_TRUE(read_dockerfile(folder_ / "Dockerfile", folder_.path(), folder_.path()).empty());
}

}  // namespace
}  // namespace lbundle::init
