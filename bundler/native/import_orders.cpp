// The problem: two packages that share a library share its state. The package that is imported first decides
// by which names the loader knows the library, when initialisers run, and where thread-local storage is. The
// handler imports the packages in one order. Another event, or the next release of a package, may use another
// order.
//
// The idea: before the handler's module, a process imports all extension modules that load a shared library,
// package by package. Then it runs the events as before. Not every order of all packages must run. What two
// packages share does not depend on the position of a third one, so one order tests many libraries at once.
// For pairs, a list and its reverse are enough.
//
// Rejected: to import packages by their names (many do not load their native part then); to test only the
// import (a library may load and still give wrong answers); to test orders of modules inside one package (it
// shares its libraries with itself in the unshrunk tree too).
#include "native/import_orders.hpp"

#include <algorithm>

#include "model/text.hpp"
#include "native/native_facts.hpp"
#include "os/digest_of.hpp"
#include "os/log.hpp"
#include "os/parallel.hpp"
#include "runs/expectation.hpp"
#include "runs/run_key.hpp"
#include "runs/warm.hpp"
#include "sandbox/native_probe.hpp"

namespace lbundle {

namespace {

constexpr std::size_t most_orders = 12;
constexpr std::size_t most_permuted = 3;

using Order = std::vector<std::string>;  // of packages

bool is_subsequence(const Order& part, const Order& order) {
  auto at = order.begin();
  for (const auto& package : part) {
    at = std::find(at, order.end(), package);
    if (at == order.end()) return false;
    ++at;
  }
  return true;
}

std::set<Order> wanted_orders(const SharingGroup& group) {
  std::set<Order> wanted;
  if (group.packages.size() <= most_permuted) {
    Order order(group.packages.begin(), group.packages.end());
    do {
      wanted.insert(order);
    } while (std::ranges::next_permutation(order).found);
    return wanted;
  }
  for (const auto& first : group.packages)
    for (const auto& second : group.packages)
      if (first != second) wanted.insert({first, second});
  return wanted;
}

// "PIL/_imaging.cpython-311-x86_64-linux-gnu.so" -> "PIL._imaging"; nothing if Python does not import the
// file.
std::optional<std::string> module_of(const BundlePath& path, const elf::ElfFacts& facts) {
  const bool is_module = std::ranges::any_of(
      facts.exports, [](const elf::ElfSymbol& symbol) { return symbol.name.starts_with("PyInit_"); });
  if (!is_module || path.extension() != ".so") return std::nullopt;
  auto name = path.bytes();
  const auto slash = name.rfind('/');
  const auto dot = name.find('.', slash == std::string::npos ? 0 : slash);
  name.resize(std::min(dot, name.size()));
  if (name.substr(0, name.rfind('/')).find('.') != std::string::npos) return std::nullopt;
  std::ranges::replace(name, '/', '.');
  return name;
}

struct Consumers {
  std::map<std::string, std::set<std::string>> modules;  // by package
  std::vector<SharingGroup> groups;
};

Consumers consumers_of(const NativeRun& run) {
  const NativeChanges changes(run.staged, run.bundle);
  std::map<BundlePath, std::set<BundlePath>> links;  // by the shared file
  for (const auto& link : changes.shared())
    if (const auto file = run.bundle.follow(link)) links[*file].insert(link);
  Consumers consumers;
  if (links.empty()) return consumers;
  const auto facts = read_native_facts(run.bundle, run.store, run.jobs);
  const elf::LibraryGraph graph(run.bundle, facts, run.loader);
  std::map<BundlePath, std::set<std::string>> packages;  // by the shared file
  for (const auto& [path, own] : facts.files) {
    const auto module = run.bundle.find_file(path) ? module_of(path, *own) : std::nullopt;
    if (!module) continue;
    const auto package = module->substr(0, module->find('.'));
    for (const auto& object : graph.scope(path)) {
      if (!links.contains(object.file)) continue;
      packages[object.file].insert(package);
      consumers.modules[package].insert(*module);
    }
  }
  std::map<std::set<std::string>, std::set<BundlePath>> groups;
  for (const auto& [file, who] : packages) {
    if (who.size() < 2) continue;
    for (const auto& link : links.at(file)) groups[who].merge(changes.of_sharing(link));
  }
  for (auto& [who, files] : groups) consumers.groups.push_back({who, files});
  return consumers;
}

class Comparison {
 public:
  Comparison(const NativeRun& run, const Digest& zip_digest, const std::vector<Event>& events,
             const Consumers& consumers)
      : run_(run), consumers_(consumers), zip_digest_(zip_digest), events_(sequence_of(events)) {
    staged_digest_ = digest_of(run.staged);
    expected_ = warm_runs(run.plan, staged_digest_, events_, run.store, run.jobs);
  }

  // The first difference between the answers of the bundle and of the unshrunk tree in this order; nothing if
  // there is none, or if the unshrunk tree shows it too.
  std::optional<std::string> difference(const Order& order) {
    prepare({order});
    const auto& bundle = on_bundle_.at(order);
    const auto is_alike = [](const auto& lines) { return lines.empty(); };
    if (std::ranges::all_of(warm_differences(events_, expected_, bundle), is_alike)) return std::nullopt;
    const auto unshrunk = [&](int number) { return sequence(order, staged_digest_, run_.plan.tree, number); };
    auto expected = expected_;
    const auto in_order = unshrunk(1);
    expected.push_back(in_order);
    const auto lines = lasting_differences(events_, expected, bundle, unshrunk, run_.jobs);
    for (std::size_t i = 0; i < events_.size(); ++i) {
      // If the unshrunk tree does not answer in this order either, the difference means nothing.
      if (ended_as_expected(events_[i], in_order[i]) && !lines[i].empty())
        return format("event {}: {}", events_[i].name, lines[i].front());
    }
    return std::nullopt;
  }

  // Runs these orders on the bundle, several at a time.
  void prepare(const std::vector<Order>& orders) {
    std::vector<Order> open;
    for (const auto& order : orders) {
      if (on_bundle_.contains(order)) continue;
      if (auto found = find_sequence(run_.store, key_of(order, zip_digest_, 1), events_.size())) {
        on_bundle_.emplace(order, std::move(*found));
      } else {
        open.push_back(order);
      }
    }
    if (open.empty()) return;
    const auto& tree = run_.zip.tree();
    std::vector<Sequence> answers(open.size());
    parallel_for(open.size(), run_.jobs,
                 [&](std::size_t i) { answers[i] = sequence(open[i], zip_digest_, tree, 1); });
    for (std::size_t i = 0; i < open.size(); ++i) on_bundle_.emplace(open[i], std::move(answers[i]));
  }

 private:
  std::vector<std::string> modules_of(const Order& order) const {
    std::vector<std::string> modules;
    for (const auto& package : order) {
      const auto& own = consumers_.modules.at(package);
      modules.insert(modules.end(), own.begin(), own.end());
    }
    return modules;
  }

  Digest key_of(const Order& order, const Digest& tree, int number) const {
    KeyBuilder key;
    key.add(probe_version()).add(format("run {}", number));
    for (const auto& event : events_) key.add(run_key(tree, run_.plan, event));
    for (const auto& module : modules_of(order)) key.add(module);
    return key.key();
  }

  Sequence sequence(const Order& order, const Digest& digest, const HostPath& tree, int number) const {
    const auto key = key_of(order, digest, number);
    if (auto found = find_sequence(run_.store, key, events_.size())) return std::move(*found);
    auto plan = run_.plan;
    plan.tree = tree;
    auto answers = run_after_imports(plan, modules_of(order), events_);
    remember_sequence(run_.store, key, events_, answers);
    return answers;
  }

  const NativeRun& run_;
  const Consumers& consumers_;
  Digest zip_digest_, staged_digest_;
  std::vector<Event> events_;
  std::vector<Sequence> expected_;
  std::map<Order, Sequence> on_bundle_;
};

std::string named(const Order& order) {
  std::string text;
  for (const auto& package : order) text += (text.empty() ? "" : " before ") + package;
  return text;
}

// The faults of those groups whose packages alone, in this order, make a difference. If no group does, one
// fault of all groups.
NativeFaults blamed(Comparison& comparison, const Order& order, const std::string& difference,
                    const std::vector<SharingGroup>& groups) {
  NativeFaults faults;
  NativeFault all{format("importing {} ({})", named(order), difference), {}};
  for (const auto& group : groups) {
    all.files.insert(group.files.begin(), group.files.end());
    Order own;
    for (const auto& package : order)
      if (group.packages.contains(package)) own.push_back(package);
    const auto found = own == order ? std::optional(difference) : comparison.difference(own);
    if (found) faults.push_back({format("importing {} ({})", named(own), *found), group.files});
  }
  if (faults.empty()) faults.push_back(std::move(all));
  return faults;
}

}  // namespace

std::vector<Order> import_orders(const std::vector<SharingGroup>& groups) {
  std::set<std::string> packages;
  std::set<Order> wanted;
  for (const auto& group : groups) {
    packages.insert(group.packages.begin(), group.packages.end());
    wanted.merge(wanted_orders(group));
  }
  if (wanted.empty()) return {};
  std::vector<Order> orders{{packages.begin(), packages.end()}, {packages.rbegin(), packages.rend()}};
  for (const auto& part : wanted) {
    if (orders.size() == most_orders) break;
    if (std::ranges::any_of(orders, [&](const Order& order) { return is_subsequence(part, order); }))
      continue;
    auto order = part;
    for (const auto& package : packages)
      if (std::ranges::find(part, package) == part.end()) order.push_back(package);
    orders.push_back(std::move(order));
  }
  return orders;
}

NativeFaults import_order_faults(const NativeRun& run, const Digest& zip_digest,
                                 const std::vector<Event>& events) {
  if (run.plan.runtime.language != Language::python) return {};
  const auto consumers = consumers_of(run);
  const auto orders = import_orders(consumers.groups);
  if (orders.empty()) return {};
  Comparison comparison(run, zip_digest, events, consumers);
  comparison.prepare(orders);
  for (const auto& order : orders) {
    const auto difference = comparison.difference(order);
    log_detail(format("all events with {} imported first: {}", named(order),
                      difference ? *difference : "the same answers"));
    // Only the first order with a difference is judged: undoing its change may repair the next orders too.
    if (difference) return blamed(comparison, order, *difference, consumers.groups);
  }
  return {};
}

}  // namespace lbundle
