#include "project/deployment.hpp"

#include <array>
#include <string_view>
#include <utility>

#include "model/text.hpp"

namespace lbundle {

std::string partition_of(const std::string& region) {
  static constexpr std::array<std::pair<std::string_view, const char*>, 7> partitions{
      {{"cn-", "aws-cn"},
       {"us-gov-", "aws-us-gov"},
       {"us-iso-", "aws-iso"},
       {"us-isob-", "aws-iso-b"},
       {"eu-isoe-", "aws-iso-e"},
       {"us-isof-", "aws-iso-f"},
       {"eusc-", "aws-eusc"}}};
  for (const auto& [prefix, partition] : partitions)
    if (region.starts_with(prefix)) return partition;
  return "aws";
}

std::string function_arn(const Deployment& deployment, const std::string& function_name) {
  auto arn = format("arn:{}:lambda:{}:{}:function:{}", partition_of(deployment.region), deployment.region,
                    deployment.account, function_name);
  const bool published = deployment.version != "$LATEST";
  if (!deployment.alias.empty()) return arn + ":" + deployment.alias;
  return published ? arn + ":" + deployment.version : arn;
}

}  // namespace lbundle
