// What a function writes to S3, a queue or a table is as much an answer as what it returns. The services say
// what is new or different after an event, in a form without dates and ids of their own. What is left may
// still vary by chance, as answers do: a time in an item, a UUID in a key. So the unshrunk runs are compared
// with each other first. A value that varies is left out. A name that varies cannot be left out by its place,
// because the bundle has yet another name; so it is compared without what chance makes of it, and its value
// is still compared.
#include "runs/compare_written.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "json/json.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "runs/compare_answers.hpp"
#include "runs/describe_difference.hpp"

namespace lbundle {

namespace {

// Names that all of `values`, which are objects, have.
std::set<std::string> common_names(const std::vector<Json*>& values) {
  std::set<std::string> names;
  for (const auto& [name, value] : values.front()->items())
    if (std::ranges::all_of(values, [&, &key = name](const Json* each) { return each->contains(key); }))
      names.insert(name);
  return names;
}

// Replaces each name that is not in `common` by its form without chance. Values whose names become the same
// are in one list, in an order in which chance has the least part.
void rename_others(Json& object, const std::set<std::string>& common) {
  auto renamed = Json::object();
  std::map<std::string, std::multimap<std::string, const Json*>> others;
  for (const auto& [name, value] : object.items()) {
    if (common.contains(name)) {
      renamed[name] = value;
    } else {
      others[normalised(name)].emplace(normalised(to_line(value)), &value);
    }
  }
  for (const auto& [name, values] : others)
    for (const auto& [order, value] : values) renamed[name].push_back(*value);
  object = std::move(renamed);
}

// Does this for all names that vary between the `unshrunk` values of one place. `bundle` is the bundle's
// value there, or null.
void rename_varying(const std::vector<Json*>& unshrunk, Json* bundle) {
  const auto is_object = [](const Json* each) { return each->is_object(); };
  if (unshrunk.size() < 2 || !std::ranges::all_of(unshrunk, is_object)) return;
  const auto common = common_names(unshrunk);
  const auto has_more = [&](const Json* each) { return each->size() > common.size(); };
  if (std::ranges::any_of(unshrunk, has_more)) {
    for (auto* each : unshrunk) rename_others(*each, common);
    if (bundle != nullptr && bundle->is_object()) rename_others(*bundle, common);
  }
  for (const auto& name : common) {
    std::vector<Json*> below;
    for (auto* each : unshrunk) below.push_back(&each->at(name));
    const bool in_bundle = bundle != nullptr && bundle->is_object() && bundle->contains(name);
    rename_varying(below, in_bundle ? &bundle->at(name) : nullptr);
  }
}

Json parsed(const std::string& written) {
  return written.empty() ? Json::object() : parse_json_exactly(written, "what an event wrote");
}

bool is_covered(const std::string& pointer, const std::string& ancestor) {
  return pointer == ancestor || pointer.starts_with(ancestor + "/");
}

// A digest or a size says nothing beside the difference in the text itself.
bool is_said_by_another(const std::string& pointer, const std::set<std::string>& all) {
  const auto slash = pointer.rfind('/');
  const auto last = pointer.substr(slash + 1);
  if (last != "sha256" && last != "size") return false;
  return std::ranges::any_of(all, [&](const std::string& other) {
    return is_covered(other, pointer.substr(0, slash) + "/json") ||
           is_covered(other, pointer.substr(0, slash) + "/text");
  });
}

// An object of S3 and a message: its text is shown instead of its digest.
Json shown_value(const Json& value) {
  if (!value.is_object()) return value;
  auto shown = value;
  if (shown.contains("text") || shown.contains("json")) {
    shown.erase("sha256");
    shown.erase("size");
  }
  for (const auto* only : {"text", "json"})
    if (shown.size() == 1 && shown.contains(only)) return Json(shown.at(only));
  return shown;
}

void add_lines(const Json& value, const std::string& place, int depth, std::vector<std::string>& lines) {
  if (depth > 0 && value.is_object() && !value.empty()) {
    for (const auto& [name, below] : value.items()) {
      // A bucket and a key are written as everywhere: bucket/key.
      const auto* between = depth == 1 && place.starts_with("aws s3 ") ? "/" : " ";
      add_lines(below, place + between + name, depth - 1, lines);
    }
    return;
  }
  if (value.is_array()) {
    for (const auto& each : value) lines.push_back(format("{}: {}", place, excerpt(shown_value(each))));
    return;
  }
  lines.push_back(format("{}: {}", place, value.is_null() ? "removed" : excerpt(shown_value(value))));
}

std::string calls_line(const std::string& service, const Json& calls) {
  std::string list;
  for (const auto& [call, count] : calls.items())
    list += (list.empty() ? "" : ", ") + call + (count == 1 ? "" : format(" ×{}", to_line(count)));
  return format("{} calls: {}", service, list);
}

}  // namespace

std::vector<std::string> written_differences(const std::vector<std::string>& unshrunk,
                                             const std::string& bundle,
                                             const std::vector<std::string>& ignored) {
  if (std::ranges::all_of(unshrunk, [&](const auto& each) { return each == bundle; })) return {};
  std::vector<Json> expected;
  for (const auto& each : unshrunk) expected.push_back(parsed(each));
  auto got = parsed(bundle);
  std::vector<Json*> places;
  for (auto& each : expected) places.push_back(&each);
  rename_varying(places, &got);
  std::set<std::string> left_out(ignored.begin(), ignored.end());
  for (const auto& each : expected) left_out.merge(differing_pointers(expected.front(), each));
  auto pointers = differing_pointers(expected.front(), got);
  std::erase_if(pointers, [&](const std::string& pointer) {
    return std::ranges::any_of(left_out, [&](const auto& other) { return is_covered(pointer, other); });
  });
  std::vector<std::string> lines;
  for (const auto& pointer : pointers) {
    if (is_said_by_another(pointer, pointers)) continue;
    for (const auto& line : describe_difference(pointer, expected.front(), got))
      lines.push_back("wrote " + line);
  }
  return lines;
}

std::vector<std::string> written_lines(const std::string& written) {
  static constexpr std::size_t most_lines = 20;
  std::vector<std::string> lines;
  const auto services = parsed(written);
  for (const auto& [service, value] : services.items()) {
    const bool aws = service == "aws";
    for (const auto& [name, below] : value.items()) {
      if (aws && name == "calls") {
        lines.push_back(calls_line(service, below));
      } else {
        add_lines(below, format("{} {}", service, name), aws ? 2 : 1, lines);
      }
    }
  }
  if (lines.size() > most_lines) {
    const auto more = lines.size() - most_lines;
    lines.resize(most_lines);
    lines.push_back(format("and {} more", more));
  }
  return lines;
}

}  // namespace lbundle
