// How a function is deployed, as far as the function can see it: what Lambda sets from the outside.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace lbundle {

struct Deployment {
  std::string region = "us-east-1";
  std::string account = "123456789012";
  std::string version = "$LATEST";  // or the number of a published version
  std::string alias;                // through which the function is invoked; empty: none
  std::string log_group;            // empty: "/aws/lambda/" and the function's name
  std::string log_stream;           // empty: a stream of `version`
  std::string initialization_type = "on-demand";
  // Lambda's MemorySize, in MB, and Timeout. Nothing: the limits of the sandbox, which are enforced whatever
  // these say.
  std::optional<int> memory;
  std::optional<std::chrono::milliseconds> timeout;
};

// "aws", "aws-cn", "aws-us-gov" and so on: the second part of each ARN in `region`. Source: partitions.json
// of botocore 1.42.
std::string partition_of(const std::string& region);

// "arn:aws:lambda:REGION:ACCOUNT:function:NAME", with the alias or the version after it as Lambda has it: a
// published version is always invoked by its number or by an alias.
std::string function_arn(const Deployment& deployment, const std::string& function_name);

}  // namespace lbundle
