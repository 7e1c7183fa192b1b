#include "prune/prune_evidence.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "model/text.hpp"
#include "prune/prune_walks.hpp"

namespace lbundle {

namespace {

// The kinds that keep a file, the strongest first, with the word for each.
constexpr std::array<std::pair<AccessKind, const char*>, 8> counted{{{AccessKind::executed, "executed"},
                                                                     {AccessKind::mapped, "mapped"},
                                                                     {AccessKind::opened, "opened"},
                                                                     {AccessKind::written, "written"},
                                                                     {AccessKind::readlink, "read as a link"},
                                                                     {AccessKind::link, "crossed as a link"},
                                                                     {AccessKind::listed, "listed"},
                                                                     {AccessKind::stat, "looked for"}}};

// "event a", "events a and b", "events a, b and 4 more".
std::string name_events(const std::set<std::string>& events) {
  auto at = events.begin();
  if (events.size() == 1) return format("event {}", *at);
  const auto& first = *at++;
  if (events.size() == 2) return format("events {} and {}", first, *at);
  return format("events {}, {} and {} more", first, *at, events.size() - 2);
}

using Kinds = std::map<AccessKind, std::set<std::string>>;

// The strongest kind that counts, or null if the path was only missing or removed.
const std::pair<AccessKind, const char*>* strongest(const Kinds& kinds) {
  for (const auto& entry : counted)
    if (kinds.contains(entry.first)) return &entry;
  return nullptr;
}

// The walks of all events, by event.
std::map<std::string, Walks> walks_of_events(const FileSet& files, const Evidence& evidence) {
  std::map<std::string, Walks> walks;
  for (const auto& [event, view] : views_of(files, evidence)) walks.emplace(event, walks_of(files, view));
  return walks;
}

// True if each of `events` came to `path` only by a walk.
bool only_walked(const BundlePath& path, const std::set<std::string>& events,
                 const std::map<std::string, Walks>& walks, std::set<BundlePath> Walks::*kind) {
  return std::ranges::all_of(events, [&](const std::string& event) {
    const auto found = walks.find(event);
    return found != walks.end() && (found->second.*kind).contains(path);
  });
}

}  // namespace

TreeEvidence evidence_of_tree(const FileSet& files, const Evidence& evidence) {
  TreeEvidence result;
  const auto walks = walks_of_events(files, evidence);
  for (const auto& [event, of_event] : walks)
    result.alike.insert(of_event.alike.begin(), of_event.alike.end());
  for (const auto& [path, kinds] : evidence) {
    const auto* kind = strongest(kinds);
    if (kind == nullptr) continue;
    std::set<BundlePath> crossed;
    const auto target = files.follow(path, &crossed);
    const auto& events = kinds.at(kind->first);
    for (const auto& link : crossed)
      result.used.emplace(link, format("crossed as a link by {}", name_events(events)));
    if (!target) continue;
    auto text = format("{} by {}", kind->second, name_events(events));
    if (files.find_file(*target) == nullptr) {
      if (only_walked(*target, events, walks, &Walks::passed)) continue;
      if (kinds.contains(AccessKind::listed)) result.listed.emplace(*target, text);
      result.folders.emplace(*target, std::move(text));
    } else if (kind->first == AccessKind::stat && only_walked(*target, events, walks, &Walks::files)) {
      result.glanced.emplace(*target, std::move(text));
    } else {
      result.used.emplace(*target, std::move(text));
    }
  }
  return result;
}

}  // namespace lbundle
