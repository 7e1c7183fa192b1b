#include "native/sharing_record.hpp"

#include "json/json.hpp"
#include "model/error.hpp"
#include "os/base64.hpp"
#include "os/digest_of.hpp"
#include "runs/run_key.hpp"

namespace lbundle {

namespace {

constexpr std::string_view judgement_version = "sharing-2";

// File names are bytes and JSON is UTF-8, so names are stored as base64.
Json json_of(const BundlePath& path) {
  return encode_base64(as_bytes(path.bytes()));
}

BundlePath path_from(const Json& json) {
  const auto bytes = decode_base64(json.get<std::string>());
  auto path = bytes ? BundlePath::parse(as_text(*bytes)) : std::nullopt;
  if (!path) throw Error("read", "a stored sharing", "a path is not valid");
  return std::move(*path);
}

Json json_of(const SharingVerdict& verdict) {
  return {json_of(verdict.replacement),
          json_of(verdict.replaced),
          verdict.allowed,
          verdict.chosen,
          verdict.reason,
          verdict.saved.bytes()};
}

SharingVerdict verdict_from(const Json& json) {
  return {path_from(json.at(0)),  path_from(json.at(1)),         json.at(2).get<bool>(),
          json.at(3).get<bool>(), json.at(4).get<std::string>(), ByteSize(json.at(5).get<std::uint64_t>())};
}

Json json_of(const SharingStep& step) {
  auto links = Json::array();
  for (const auto& [path, link] : step.swap.links) {
    links.push_back({json_of(path), encode_base64(as_bytes(link.target))});
  }
  auto orphans = Json::array();
  for (const auto& path : step.swap.orphans) orphans.push_back(json_of(path));
  return {json_of(step.verdict), std::move(links), std::move(orphans)};
}

SharingStep step_from(const Json& json) {
  SharingStep step{verdict_from(json.at(0)), {}};
  for (const auto& link : json.at(1)) {
    const auto target = decode_base64(link.at(1).get<std::string>());
    if (!target) throw Error("read", "a stored sharing", "a link's target is not valid");
    step.swap.links.emplace(path_from(link.at(0)), SymbolicLink{std::string(as_text(*target))});
  }
  for (const auto& path : json.at(2)) step.swap.orphans.push_back(path_from(path));
  return step;
}

}  // namespace

Digest sharing_key(const FileSet& native, const elf::LoaderPaths& loader,
                   const std::set<BundlePath>& untouched) {
  KeyBuilder key;
  key.add(judgement_version).add(digest_of(native)).add(loader.root);
  for (const auto& folder : loader.library_path) key.add(folder.bytes());
  key.add("untouched");
  for (const auto& path : untouched) {
    if (native.contains(path)) key.add(path.bytes());
  }
  return key.key();
}

std::string to_record(const SharingPlan& plan) {
  auto steps = Json::array();
  for (const auto& step : plan.steps) steps.push_back(json_of(step));
  auto verdicts = Json::array();
  for (const auto& verdict : plan.verdicts) verdicts.push_back(json_of(verdict));
  return to_line(Json{{"steps", std::move(steps)}, {"verdicts", std::move(verdicts)}});
}

std::optional<SharingPlan> sharing_from_record(std::string_view record) {
  try {
    const auto json = parse_json(record, "a stored sharing");
    SharingPlan plan;
    for (const auto& step : json.at("steps")) plan.steps.push_back(step_from(step));
    for (const auto& verdict : json.at("verdicts")) plan.verdicts.push_back(verdict_from(verdict));
    return plan;
  } catch (const Error&) {
    return std::nullopt;
  } catch (const JsonError&) {
    return std::nullopt;
  }
}

}  // namespace lbundle
