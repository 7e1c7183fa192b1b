#include "init/samples.hpp"

#include <algorithm>

#include "embedded/event_shapes.hpp"
#include "model/error.hpp"
#include "os/base64.hpp"
#include "os/bytes.hpp"

namespace lbundle::init {

namespace {

// True if the value, an event or what is read of one, has the part "Records[].s3.bucket". In reads, keys and
// items are below their own names.
bool has(const Json& value, std::initializer_list<const char*> path) {
  const auto* at = &value;
  for (const std::string key : path) {
    if (at->is_array()) {
      if (at->empty()) return false;
      at = &at->front();
    }
    if (!at->is_object() || !at->contains(key)) return false;
    at = &(*at)[key];
  }
  return true;
}

// What is read, in the form of an event: only objects and lists.
Json as_event(const Json& reads) {
  if (reads.contains("items")) return Json::array({as_event(reads["items"])});
  Json event = Json::object();
  if (reads.contains("keys"))
    for (const auto& [key, node] : reads["keys"].items()) event[key] = as_event(node);
  return event;
}

// The code fails without the value, or without one below it.
bool is_needed(const Json& node) {
  if (node.value("needed", false) && !node.contains("default")) return true;
  for (const auto* part : {"items", "json", "base64"})
    if (node.contains(part) && is_needed(node[part])) return true;
  if (node.contains("keys"))
    for (const auto& [key, child] : node["keys"].items())
      if (is_needed(child)) return true;
  return false;
}

Json filled(Json shape, const Json& node);

// The text that the code decodes.
std::string encoded(const Json& node) {
  if (node.contains("json")) return to_line(filled(Json::object(), node["json"]));
  return encode_base64(as_bytes(node["base64"].contains("json") ? encoded(node["base64"]) : "example"));
}

bool ends_with_one_of(const std::string& text, std::initializer_list<std::string_view> ends) {
  return std::ranges::any_of(ends, [&](const auto end) { return text.ends_with(end); });
}

// A value that a key of this name often has.
Json value_by_name(std::string key) {
  std::ranges::transform(key, key.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (ends_with_one_of(key, {"date", "day", "due"})) return "2026-01-31";
  if (ends_with_one_of(key, {"time", "timestamp", "_at"})) return "2026-01-31T12:00:00Z";
  if (ends_with_one_of(key, {"email", "mail"})) return "user@example.com";
  if (ends_with_one_of(key, {"url", "uri", "link"})) return "https://example.com";
  return "example";
}

// A value that the code can work with, as far as its use and the name of its key show.
Json placeholder(const Json& node, const std::string& key = "") {
  if (node.contains("value")) return node["value"];
  if (node.contains("default")) return node["default"];
  if (node.contains("json") || node.contains("base64")) return encoded(node);
  if (node.contains("keys")) return filled(Json::object(), node);
  if (node.contains("items")) return Json::array({placeholder(node["items"])});
  const auto kind = node.value("kind", "");
  if (kind == "number") return 1;
  if (kind == "index") return 0;
  if (kind == "date") return "2026-01-31";
  return value_by_name(key);
}

void fill_key(Json& shape, const std::string& key, const Json& node) {
  const bool empty = !shape.contains(key) || shape[key].is_null();
  const bool named = node.contains("default") || node.contains("value");
  if (empty) {
    if (is_needed(node) || named) shape[key] = placeholder(node, key);
  } else if ((node.contains("json") || node.contains("base64")) && shape[key].is_string()) {
    shape[key] = encoded(node);
  } else {
    shape[key] = filled(shape[key], node);
  }
}

// `shape` with what `node` reads of it in addition.
Json filled(Json shape, const Json& node) {
  if (shape.is_object() && node.contains("keys"))
    for (const auto& [key, child] : node["keys"].items()) fill_key(shape, key, child);
  if (shape.is_array() && node.contains("items"))
    for (auto& item : shape) item = filled(item, node["items"]);
  if (shape.is_object() && !node.contains("keys") && node.contains("items"))
    return Json::array({placeholder(node["items"])});
  return shape;
}

// Puts a route such as GET /orders/{id} into the event of an API.
void set_route(const Start& start, Json& event) {
  if (start.path.empty()) return;
  auto method = start.method;
  std::ranges::transform(method, method.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (method.empty() || method == "ANY" || method == "*") method = "GET";
  const auto route = start.path.starts_with('/') ? start.path : "/" + start.path;
  std::string path;
  Json parameters;
  for (std::size_t at = 0; at < route.size();) {
    const auto open = std::min(route.find('{', at), route.size());
    path += route.substr(at, open - at);
    const auto close = std::min(route.find('}', open), route.size());
    if (open == route.size()) break;
    auto name = route.substr(open + 1, close - open - 1);
    if (name.ends_with('+')) name.pop_back();
    // A text and a number at once.
    parameters[name] = "1";
    path += "1";
    at = close + 1;
  }
  auto& context = event["requestContext"];
  if (start.trigger == Trigger::api_v1) {
    event["resource"] = context["resourcePath"] = route;
    event["path"] = path;
    context["path"] = "/prod" + path;
    event["httpMethod"] = context["httpMethod"] = method;
    event["pathParameters"] = parameters;
  } else if (start.trigger == Trigger::api_v2) {
    event["routeKey"] = context["routeKey"] = method + " " + route;
    event["rawPath"] = context["http"]["path"] = path;
    context["http"]["method"] = method;
    if (!parameters.is_null()) event["pathParameters"] = parameters;
  }
}

bool is_in_events_folder(const BundlePath& path) {
  const auto folder = path.parent().name();
  return folder == "events" || folder == "event" || folder == "sample-events" || folder == "sample_events";
}

bool is_named_event(const BundlePath& path) {
  const auto name = path.name();
  return name == "event.json" || name == "events.json" || name.ends_with("-event.json") ||
         name.ends_with("_event.json") || name.starts_with("event-") || name.starts_with("event_");
}

bool is_in_tests(const BundlePath& path) {
  const auto& text = path.bytes();
  return text.starts_with("test") || text.find("/test") != std::string::npos;
}

std::optional<Json> json_or_nothing(const HostPath& file, const std::string& name, bool must_be) {
  try {
    return parse_json(read_text_file(file), name);
  } catch (const Error&) {
    if (must_be) throw;
    return std::nullopt;
  }
}

}  // namespace

std::optional<Trigger> trigger_of_event(const Json& event) {
  if (has(event, {"Records", "s3"})) return Trigger::s3;
  if (has(event, {"Records", "Sns"})) return Trigger::sns;
  if (has(event, {"Records", "dynamodb"})) return Trigger::dynamodb;
  if (has(event, {"Records", "kinesis"})) return Trigger::kinesis;
  if (has(event, {"Records", "body"}) || has(event, {"Records", "messageId"})) return Trigger::sqs;
  if (has(event, {"requestContext", "elb"})) return Trigger::alb;
  if (has(event, {"requestContext", "http"}) || has(event, {"rawPath"}) || has(event, {"routeKey"}))
    return Trigger::api_v2;
  if (has(event, {"httpMethod"}) || has(event, {"multiValueHeaders"}) ||
      has(event, {"requestContext", "resourcePath"}))
    return Trigger::api_v1;
  if (has(event, {"detail-type"})) {
    const auto& type = event["detail-type"];
    return type.is_string() && type == "Scheduled Event" ? Trigger::schedule : Trigger::event_bridge;
  }
  return std::nullopt;
}

std::optional<Trigger> trigger_of_reads(const Json& reads) {
  const auto event = as_event(reads);
  if (const auto found = trigger_of_event(event)) return found;
  if (has(event, {"detail"})) return Trigger::event_bridge;
  // Both forms of API Gateway have these; the second one is the default of new APIs.
  for (const auto* key : {"queryStringParameters", "pathParameters", "requestContext", "rawQueryString"})
    if (has(event, {key})) return Trigger::api_v2;
  if (reads.contains("keys") && reads["keys"].contains("body") && reads["keys"]["body"].contains("json"))
    return Trigger::api_v2;
  return std::nullopt;
}

std::string shape_name(Trigger trigger) {
  switch (trigger) {
    case Trigger::api_v1:
      return "api-gateway-v1";
    case Trigger::api_v2:
      return "api-gateway-v2";
    case Trigger::alb:
      return "alb";
    case Trigger::s3:
      return "s3";
    case Trigger::sqs:
      return "sqs";
    case Trigger::sns:
      return "sns";
    case Trigger::event_bridge:
      return "event-bridge";
    case Trigger::schedule:
      return "schedule";
    case Trigger::dynamodb:
      return "dynamodb";
    case Trigger::kinesis:
      return "kinesis";
    case Trigger::direct:
      break;
  }
  return "direct";
}

Json skeleton_of(const Start& start, const Json& reads) {
  Json shape = Json::object();
  const auto name = shape_name(start.trigger) + ".json";
  for (const auto& [path, text] : embedded_event_shapes)
    if (path.substr(path.rfind('/') + 1) == name) shape = parse_json(text, name);
  set_route(start, shape);
  return filled(shape, reads);
}

std::vector<HostPath> sample_events(const OwnFiles& files, std::optional<Trigger> start) {
  std::vector<HostPath> found;
  for (const auto& [path, file] : files) {
    if (path.extension() != ".json") continue;
    const bool in_folder = is_in_events_folder(path);
    if (!in_folder && !is_named_event(path) && !is_in_tests(path)) continue;
    const auto event = json_or_nothing(file, path.bytes(), in_folder);
    if (!event) continue;
    const auto shape = trigger_of_event(*event);
    // A file of tests may be anything; an event of no known form may be one for a direct call.
    if (!shape && !in_folder && !is_named_event(path)) continue;
    if (start && *start != Trigger::direct && shape != start) continue;
    found.push_back(file);
  }
  // Events beside the code come before those of tests.
  const auto of_tests = [&](const HostPath& file) {
    return std::ranges::any_of(
        files, [&](const auto& entry) { return entry.second == file && is_in_tests(entry.first); });
  };
  if (std::ranges::any_of(found, [&](const auto& file) { return !of_tests(file); }))
    std::erase_if(found, of_tests);
  return found;
}

}  // namespace lbundle::init
