// The problem: nobody decides that a package may be 30 MB larger. A minor version of a dependency makes it
// larger, and it is noticed when the limit is reached.
//
// The idea: a committed file holds the sizes that someone agreed to. A build may exceed them by the budget
// and not more. The sizes in the file can be raised only with a reason, which stays in the file for those who
// read its history.
//
// Tried and rejected: comparing with the last build, because a package can then grow by any amount in small
// steps; a budget without room for growth, because it fails whenever a wheel is built again and is soon
// switched off.
//
// Why it is right: the sizes are those that check counted, to the byte, and the room for growth is the
// project's own number.
#include "package/budget.hpp"

#include <algorithm>
#include <cmath>

#include "json/json.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "python/distributions.hpp"

namespace lbundle {

namespace {

constexpr int schema = 1;
constexpr std::size_t packages_named = 5;

using BaselineSizeOf = ByteSize BaselinePackage::*;

std::int64_t allowed_growth(const Growth& growth, ByteSize before) {
  if (!growth.relative) return static_cast<std::int64_t>(growth.bytes.bytes());
  return static_cast<std::int64_t>(std::floor(static_cast<double>(before.bytes()) * growth.percent / 100.0));
}

std::string described(const Growth& growth) {
  return growth.relative ? format("+{:g}%", growth.percent) : format("+{}", to_text(growth.bytes));
}

struct PackageGrowth {
  std::string text;
  std::int64_t bytes = 0;
};

std::string versions(const BaselinePackage* before, const BaselinePackage* now) {
  if (now == nullptr) return "gone";
  if (before == nullptr) return now->version.empty() ? "new" : format("{}, new", now->version);
  return before->version == now->version ? now->version : format("{} -> {}", before->version, now->version);
}

const BaselinePackage* find(const Baseline& baseline, const std::string& name) {
  const auto found = baseline.packages.find(name);
  return found == baseline.packages.end() ? nullptr : &found->second;
}

// "numpy 1.26.4 -> 2.2.6: +3.1 MB; …": the packages that grew most.
std::string what_grew(const Baseline& before, const Baseline& now, BaselineSizeOf size) {
  std::vector<PackageGrowth> grown;
  for (const auto& [name, package] : now.packages) {
    const auto* old = find(before, name);
    const auto growth = difference(package.*size, old == nullptr ? ByteSize{} : old->*size);
    if (growth <= 0) continue;
    const auto title =
        name.empty() ? "the function's own files" : format("{} {}", name, versions(old, &package));
    grown.push_back({format("{}: {}", title, to_signed_text(growth)), growth});
  }
  std::ranges::stable_sort(grown, std::greater{}, &PackageGrowth::bytes);
  std::string text;
  for (std::size_t i = 0; i < std::min(grown.size(), packages_named); ++i) {
    text += (i == 0 ? "" : "; ") + grown[i].text;
  }
  return text.empty() ? "no package grew; the zip's own records did" : text;
}

struct Judged {
  const char* name;  // "zipped", "unzipped"
  ByteSize before;
  ByteSize now;
  BaselineSizeOf of_package;
};

void judge(const Baseline& before, const Baseline& now, const Judged& size,
           const std::optional<Growth>& budget, ByteSize noise, Findings& findings) {
  const auto growth = difference(size.now, size.before);
  if (!budget || growth <= 0) return;
  const auto allowed = allowed_growth(*budget, size.before);
  const auto from_to = format("{} size grew by {} bytes, from {} to {}", size.name, growth,
                              to_text(size.before), to_text(size.now));
  if (growth <= std::max(allowed, static_cast<std::int64_t>(noise.bytes()))) {
    const auto within = growth <= allowed ? described(*budget) : "the noise of " + to_text(noise);
    findings.push_back(
        {Severity::note, "budget-noise", "", format("the {}, within {}", from_to, within), ""});
    return;
  }
  findings.push_back(
      {Severity::error, "budget-exceeded", "",
       format("the {}, {} bytes beyond the budget of {}", from_to, growth - allowed, described(*budget)),
       format("what grew: {}; if this is wanted, build with --update-baseline --reason \"…\"",
              what_grew(before, now, size.of_package))});
}

// Compares a package that has a budget of its own with its size in `before`. A new package grew from zero.
void judge_package(const Baseline& before, const Baseline& now, const std::string& name, const Growth& budget,
                   ByteSize noise, Findings& findings) {
  const auto* package = find(now, name);
  if (package == nullptr) return;
  const auto* old = find(before, name);
  const auto old_size = old == nullptr ? ByteSize{} : old->zipped;
  const auto growth = difference(package->zipped, old_size);
  const auto allowed = allowed_growth(budget, old_size);
  if (growth <= std::max(allowed, static_cast<std::int64_t>(noise.bytes()))) return;
  findings.push_back(
      {Severity::error, "package-budget-exceeded", name,
       format("{}: zipped it grew by {} bytes, from {} to {}, {} bytes beyond its budget of {}",
              versions(old, package), growth, to_text(old_size), to_text(package->zipped), growth - allowed,
              described(budget)),
       "if this is wanted, build with --update-baseline --reason \"…\""});
}

Json sizes_json(ByteSize zipped, ByteSize unzipped) {
  return {{"zipped", zipped.bytes()}, {"unzipped", unzipped.bytes()}};
}

ByteSize size_at(const Json& json, const char* key) {
  return ByteSize(json.at(key).get<std::uint64_t>());
}

}  // namespace

Baseline baseline_of(ByteSize zipped, ByteSize unzipped, const PackageSizes& packages) {
  Baseline baseline{zipped, unzipped, {}, {}};
  for (const auto& size : packages) {
    baseline.packages[size.package.name] = {size.package.version, size.zipped, size.unzipped};
  }
  return baseline;
}

std::string baseline_json(const Baseline& baseline) {
  Json json = {{"schema", schema}};
  json.update(sizes_json(baseline.zipped, baseline.unzipped));
  json["packages"] = Json::object();
  for (const auto& [name, package] : baseline.packages) {
    Json entry = {{"version", package.version}};
    entry.update(sizes_json(package.zipped, package.unzipped));
    json["packages"][name] = std::move(entry);
  }
  json["reasons"] = Json::array();
  for (const auto& reason : baseline.reasons) {
    Json entry = {{"reason", reason.text}};
    entry.update(sizes_json(reason.zipped, reason.unzipped));
    json["reasons"].push_back(std::move(entry));
  }
  return to_pretty(json);
}

Baseline parse_baseline(std::string_view text, const std::string& what) {
  const auto json = parse_json(text, what);
  const auto refuse = [&](const std::string& cause) {
    return Error("read", what, cause, "make it again with `lbundle build --update-baseline`");
  };
  try {
    if (json.at("schema") != schema)
      throw refuse(format("schema {} is not {}", to_line(json.at("schema")), schema));
    Baseline baseline{size_at(json, "zipped"), size_at(json, "unzipped"), {}, {}};
    for (const auto& [name, entry] : json.at("packages").items()) {
      baseline.packages[name] = {entry.at("version").get<std::string>(), size_at(entry, "zipped"),
                                 size_at(entry, "unzipped")};
    }
    for (const auto& entry : json.at("reasons")) {
      baseline.reasons.push_back(
          {entry.at("reason").get<std::string>(), size_at(entry, "zipped"), size_at(entry, "unzipped")});
    }
    return baseline;
  } catch (const Json::exception& exception) {
    throw refuse(format("it is not a baseline: {}", exception.what()));
  }
}

Baseline updated_baseline(const std::optional<Baseline>& before, Baseline now, const std::string& reason) {
  if (!before) return now;
  now.reasons = before->reasons;
  if (now.zipped <= before->zipped && now.unzipped <= before->unzipped) return now;
  if (reason.empty()) {
    throw Error("raise", "the baseline",
                format("the size grew by {} zipped and {} unzipped, and no reason is given",
                       to_signed_text(difference(now.zipped, before->zipped)),
                       to_signed_text(difference(now.unzipped, before->unzipped))),
                "add --reason \"…\"; it stays in the file")
        .with_status(ExitStatus::wrong_usage);
  }
  now.reasons.push_back({reason, now.zipped, now.unzipped});
  return now;
}

Findings judge_budget(const Baseline& before, const Baseline& now, const Budget& budget) {
  Findings findings;
  judge(before, now, {"zipped", before.zipped, now.zipped, &BaselinePackage::zipped}, budget.zipped,
        budget.noise, findings);
  judge(before, now, {"unzipped", before.unzipped, now.unzipped, &BaselinePackage::unzipped}, budget.unzipped,
        budget.noise, findings);
  for (const auto& [name, growth] : budget.packages) {
    judge_package(before, now, normalised_name(name), growth, budget.noise, findings);
  }
  return findings;
}

}  // namespace lbundle
