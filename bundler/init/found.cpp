#include "init/found.hpp"

#include "model/text.hpp"

namespace lbundle::init {

const char* to_text(Trigger trigger) {
  switch (trigger) {
    case Trigger::api_v1:
      return "API Gateway (REST, payload 1.0)";
    case Trigger::api_v2:
      return "an HTTP API or a function URL (payload 2.0)";
    case Trigger::alb:
      return "an Application Load Balancer";
    case Trigger::s3:
      return "S3";
    case Trigger::sqs:
      return "SQS";
    case Trigger::sns:
      return "SNS";
    case Trigger::event_bridge:
      return "EventBridge";
    case Trigger::schedule:
      return "a schedule";
    case Trigger::dynamodb:
      return "DynamoDB Streams";
    case Trigger::kinesis:
      return "Kinesis";
    case Trigger::direct:
      break;
  }
  return "a direct call";
}

std::string sample_of(Trigger trigger) {
  if (trigger == Trigger::direct) return "a sample to fill in";
  return format("a sample to fill in, as {} sends it", to_text(trigger));
}

std::string name_of(const NamedLayer& layer, const HostPath& folder) {
  if (layer.text.empty()) return shown(layer.path, folder);
  const auto arn = layer.text.rfind(":layer:");
  return arn == std::string::npos ? layer.text : layer.text.substr(arn + std::string_view(":layer:").size());
}

std::string shown(const HostPath& path, const HostPath& folder) {
  const auto relative = path.lexically_relative(folder).generic_string();
  return relative.empty() ? path.generic_string() : relative;
}

}  // namespace lbundle::init
