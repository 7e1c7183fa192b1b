#include "stages/prune_prices.hpp"

#include <algorithm>
#include <set>

#include "model/text.hpp"

namespace lbundle {

namespace {

// Below this nobody would look: a hundredth of what most bundles have left to the limit.
constexpr ByteSize least_to_tell{1'000'000};

// Native files that evidence keeps, with all that they load.
std::set<BundlePath> used_natives(const TreeEvidence& evidence, const elf::LibraryGraph& libraries) {
  std::set<BundlePath> used;
  for (const auto& [path, text] : evidence.used) {
    if (libraries.facts().find(path) == nullptr || !used.insert(path).second) continue;
    for (const auto& needed : libraries.needed_by(path)) used.insert(needed);
  }
  return used;
}

struct Price {
  BundlePath module;
  ByteSize bytes;
  std::vector<BundlePath> libraries;  // that come with it alone
};

Price price_of(const BundlePath& module, const Bundle& bundle, const std::set<BundlePath>& used,
               const elf::LibraryGraph& libraries) {
  Price price{module, unzipped_size(*bundle.files.find(module)), {}};
  for (const auto& library : libraries.needed_by(module)) {
    const auto* node = bundle.files.find(library);
    if (node == nullptr || used.contains(library)) continue;
    price.bytes += unzipped_size(*node);
    price.libraries.push_back(library);
  }
  return price;
}

}  // namespace

void report_prices(const Bundle& bundle, const TreeEvidence& evidence, const elf::LibraryGraph& libraries,
                   Findings& findings) {
  const auto used = used_natives(evidence, libraries);
  std::vector<Price> prices;
  std::set<BundlePath> brought;
  for (const auto& [path, facts] : libraries.facts().files) {
    if (!bundle.files.contains(path) || used.contains(path)) continue;
    auto price = price_of(path, bundle, used, libraries);
    brought.insert(price.libraries.begin(), price.libraries.end());
    if (price.bytes >= least_to_tell) prices.push_back(std::move(price));
  }
  // A library is told with the module that brings it.
  std::erase_if(prices, [&](const Price& price) { return brought.contains(price.module); });
  std::ranges::sort(prices, [](const Price& a, const Price& b) {
    return std::pair(b.bytes, a.module) < std::pair(a.bytes, b.module);
  });
  for (const auto& [module, bytes, with] : prices) {
    const auto& reason = bundle.decisions.at(module).reason.text;
    const auto libraries_text =
        with.empty() ? std::string() : format(" with {} of its libraries", with.size());
    std::string drops = format("\"{}\"", module.bytes());
    for (const auto& library : with) drops += format(", \"{}\"", library.bytes());
    findings.push_back({Severity::note, "reached-unused", module.bytes(),
                        format("{}{} takes {}, and no event used it ({})", module.bytes(), libraries_text,
                               to_text(bytes), reason),
                        format("drop = [{}] if no input can ask for it", drops)});
  }
}

}  // namespace lbundle
