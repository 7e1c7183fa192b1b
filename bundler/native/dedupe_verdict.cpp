// Two libraries of one name are not the same library: they differ by version, by build options, and by what a
// packager renamed. So their names do not decide whether one can replace the other; the loader does. It is
// simulated before and after the swap, for every process image that the tree can begin. Each symbol that an
// object in it looks up must be found where it was before, or, if the replaced library had it, in the
// replacement, with the same type and size.
//
// Some differences do not show in symbols, and rules refuse the swap. C++ interfaces: no table says how a
// class is laid out, so only equal versions are allowed. Codecs: a library that reads formats through other
// libraries exports the same functions even if it was built with fewer formats. Static thread-local storage:
// there may be no room for it when the library is loaded late. Copy relocations: the program holds the
// object, with the size that it had at link time. STB_GNU_UNIQUE: the process has one such object, from
// whichever library was loaded first.
#include "native/dedupe_verdict.hpp"

#include <algorithm>
#include <charconv>

#include "model/text.hpp"
#include "native/sharing_symbols.hpp"
#include "project/library_rules.hpp"

namespace lbundle {

namespace {

using elf::ElfFacts;
using elf::ElfSymbol;
using elf::Found;
using elf::LoadedObject;

constexpr std::uint16_t shared_object = 3;  // ET_DYN

struct Refusal {
  std::string reason;
};

using Scope = ProcessImages::Scope;

// The numbers of a version, so that 16.44 counts as newer than 16.5.
std::vector<int> version_numbers(const std::string& version) {
  std::vector<int> numbers;
  for (std::size_t start = 0; start < version.size();) {
    const std::size_t end = std::min(version.find('.', start), version.size());
    int number = 0;
    std::from_chars(version.data() + start, version.data() + end, number);
    numbers.push_back(number);
    start = end + 1;
  }
  return numbers;
}

// The stems of the codec and protocol libraries that a library needs: it may have been built without any of
// them.
std::set<std::string> codec_stems(const ElfFacts& facts, const std::set<std::string>& vendors) {
  std::set<std::string> stems;
  for (const std::string& needed : facts.needed) {
    const std::string stem = elf::parse_library_name(needed, vendors).stem;
    if (codec_libraries().contains(stem)) stems.insert(stem);
  }
  return stems;
}

// Visits what the loader looks up for `object`: the symbols that it imports, and those that it defines but
// refers to by name, because another definition may be taken for them.
template <typename Visit>
void for_each_lookup(const ElfFacts& object, const Visit& visit) {
  for (const ElfSymbol& symbol : object.imports) visit(symbol);
  for (const ElfSymbol& symbol : object.exports) {
    if (symbol.relocated) visit(symbol);
  }
}

// One judgement: the two libraries, and the process images before the swap.
class Judgement {
 public:
  Judgement(const SharedLibrary& replacement, const SharedLibrary& replaced, const elf::SymbolLookup& lookup,
            const ProcessImages& before)
      : replacement_(replacement), replaced_(replaced), lookup_(lookup), before_(before) {}

  // Checks the two libraries themselves, before anything is simulated.
  void check_kind(const std::set<std::string>& vendors) const;
  void check_age() const;
  void check_image(const Scope& before, const Scope& after) const;

  void check_names_looked_up_at_run_time() const;

 private:
  void check_newcomer(const LoadedObject& object, const Scope& after) const;
  void check_taken(const LoadedObject& object, const ElfSymbol& wanted, const ElfSymbol& was,
                   const ElfSymbol& is) const;
  void check_wanted(const LoadedObject& object, const ElfSymbol& wanted, const Scope& before,
                    const Scope& after) const;
  using Newcomers = std::vector<const LoadedObject*>;
  bool concerns(const ElfSymbol& wanted, const Newcomers& newcomers) const;
  bool same_version() const { return replaced_.name.version == replacement_.name.version; }

  const SharedLibrary& replacement_;
  const SharedLibrary& replaced_;
  const elf::SymbolLookup& lookup_;
  const ProcessImages& before_;
};

void Judgement::check_kind(const std::set<std::string>& vendors) const {
  if (replacement_.facts->identity.machine != replaced_.facts->identity.machine) {
    throw Refusal{"built for another machine"};
  }
  if (replacement_.name.major != replaced_.name.major) {
    throw Refusal{format("another SONAME: {}.so.{}, not .so.{}", replaced_.name.stem, replacement_.name.major,
                         replaced_.name.major)};
  }
  const auto has = codec_stems(*replacement_.facts, vendors);
  for (const std::string& codec : codec_stems(*replaced_.facts, vendors)) {
    if (!has.contains(codec)) throw Refusal{format("built without {}", codec)};
  }
  if (replacement_.facts->static_tls && !replaced_.facts->static_tls) {
    throw Refusal{"needs static thread-local storage, which may be full when it is loaded late"};
  }
  if (replacement_.facts->executable_stack && !replaced_.facts->executable_stack) {
    throw Refusal{"needs an executable stack"};
  }
}

std::vector<std::string_view> exports_missing_in(const ElfFacts& library, const ElfFacts& other,
                                                 const elf::SymbolLookup& lookup) {
  std::vector<std::string_view> missing;
  for (const ElfSymbol& symbol : other.exports) {
    if (!lookup.exports(library, symbol.name)) missing.push_back(symbol.name);
  }
  std::sort(missing.begin(), missing.end());
  return missing;
}

// Only a newer library replaces an older one. Many libraries never change the number after .so
// (libsqlite3.so.0.8.6 of any year); then the one with more names counts as the newer.
void Judgement::check_age() const {
  const auto numbers = version_numbers(replacement_.name.version);
  const auto others = version_numbers(replaced_.name.version);
  if (numbers < others) {
    throw Refusal{format("older: {}, not {}", replacement_.name.version, replaced_.name.version)};
  }
  if (numbers > others) return;
  const auto lost = exports_missing_in(*replacement_.facts, *replaced_.facts, lookup_);
  const auto gained = exports_missing_in(*replaced_.facts, *replacement_.facts, lookup_);
  if (lost.size() > gained.size()) {
    throw Refusal{format("older, or built with less: lacks {}{}", lost.front(),
                         lost.size() > 1 ? format(" and {} more names", lost.size() - 1) : "")};
  }
}

// A library with a plain name may be opened by dlopen or ctypes. No table says which names are then looked up
// in it, so the replacement must have all of them.
void Judgement::check_names_looked_up_at_run_time() const {
  if (replaced_.by_name_only) return;
  for (const ElfSymbol& symbol : replaced_.facts->exports) {
    if (lookup_.find_in(*replacement_.facts, symbol) == nullptr) {
      throw Refusal{format("lacks {}, which may be looked up by name", described(symbol))};
    }
  }
}

// `object` takes this symbol from the replaced library now, and from the replacement after the swap.
void Judgement::check_taken(const LoadedObject& object, const ElfSymbol& wanted, const ElfSymbol& was,
                            const ElfSymbol& is) const {
  const std::string who = format("{} ({} needs it)", described(wanted), object.file.name());
  if (was.type != is.type) throw Refusal{format("another type of symbol: {}", who)};
  const bool has_size = was.type == elf::SymbolType::object || was.type == elf::SymbolType::tls;
  if (has_size && was.size != is.size) {
    throw Refusal{format("another size of object, {} and not {} bytes: {}", is.size, was.size, who)};
  }
  if (wanted.copied) throw Refusal{format("a copy relocation: {}", who)};
  if (was.type == elf::SymbolType::tls && !same_version()) {
    throw Refusal{format("thread-local storage is shared: {}", who)};
  }
  if (same_version()) return;
  if (was.bind == elf::SymbolBind::unique || is.bind == elf::SymbolBind::unique) {
    throw Refusal{format("a unique symbol of another version: {}", who)};
  }
  if (is_cxx(wanted) && !is_common_cxx(wanted)) {
    throw Refusal{format("a C++ interface of another version, {} and not {}: {}", replacement_.name.version,
                         replaced_.name.version, who)};
  }
}

// True if the swap may change anything for `wanted`. It is a cheap test, because most symbols are not
// affected.
bool Judgement::concerns(const ElfSymbol& wanted, const Newcomers& newcomers) const {
  return lookup_.exports(*replaced_.facts, wanted.name) ||
         std::any_of(newcomers.begin(), newcomers.end(), [&](const LoadedObject* object) {
           return lookup_.exports(*object->facts, wanted.name);
         });
}

void Judgement::check_wanted(const LoadedObject& object, const ElfSymbol& wanted, const Scope& before,
                             const Scope& after) const {
  const auto was = lookup_.find(before, wanted);
  const auto is = lookup_.find(after, wanted);
  const BundlePath from = was ? before[was->object].file : BundlePath{};
  const BundlePath to = is ? after[is->object].file : BundlePath{};
  if (from == to && was.has_value() == is.has_value()) return;
  if (was && from == replaced_.path) {
    if (!is || to != replacement_.path) {
      throw Refusal{format("lacks {} ({} needs it)", described(wanted), object.file.name())};
    }
    check_taken(object, wanted, *was->symbol, *is->symbol);
    return;
  }
  if (is_any_as_good(wanted, after, is, lookup_)) return;
  throw Refusal{format("{} would take {} from {}{}", object.file.name(), described(wanted),
                       is ? to.name() : "nowhere",
                       was ? format(" and not from {}", from.is_root() ? "the runtime" : from.name()) : "")};
}

// An object that comes in with the replacement must find the same definitions as in an image that loads it
// today. The first such image without the replaced library decides.
void Judgement::check_newcomer(const LoadedObject& object, const Scope& after) const {
  for (const auto& [root, shared_home] : before_.scopes()) {
    const Scope& home = *shared_home;
    const LoadedObject* at_home = object_of(home, object.file);
    if (at_home == nullptr || object_of(home, replaced_.path) != nullptr) continue;
    for_each_lookup(*object.facts, [&](const ElfSymbol& wanted) {
      const auto was = lookup_.find(home, wanted);
      const auto is = lookup_.find(after, wanted);
      const BundlePath from = was ? home[was->object].file : BundlePath{};
      const BundlePath to = is ? after[is->object].file : BundlePath{};
      if (from == to || is_any_as_good(wanted, after, is, lookup_)) return;
      throw Refusal{format("{} would take {} from {} there, not from {}", object.file.name(),
                           described(wanted), is ? to.name() : "nowhere", was ? from.name() : "nowhere")};
    });
    return;
  }
}

void Judgement::check_image(const Scope& before, const Scope& after) const {
  Newcomers newcomers;
  std::vector<const LoadedObject*> stayed;
  for (const LoadedObject& object : after) {
    if (object.facts == nullptr) continue;
    (object_of(before, object.file) == nullptr ? newcomers : stayed).push_back(&object);
  }
  // Objects that are loaded before and after the swap must find what they found before.
  for (const LoadedObject* object : stayed) {
    for_each_lookup(*object->facts, [&](const ElfSymbol& wanted) {
      if (concerns(wanted, newcomers)) check_wanted(*object, wanted, before, after);
    });
  }
  for (const LoadedObject* object : newcomers) check_newcomer(*object, after);
}

// The files that decide the answer for an image, so that equal questions are asked once. Images of one
// package mostly differ only in their root. The root is left out unless it exports more than the one function
// of a module, because its names come first in every lookup.
std::vector<BundlePath> question_of(const Scope& before, const Scope& after) {
  std::vector<BundlePath> question;
  for (const Scope* scope : {&before, &after}) {
    for (std::size_t i = scope->front().facts->exports.size() > 1 ? 0 : 1; i < scope->size(); ++i) {
      question.push_back((*scope)[i].file);
    }
    question.emplace_back();
  }
  return question;
}

// The file behind each DT_NEEDED of `library`, as the images that load it now find it.
std::map<std::string, BundlePath> needs_of(const ProcessImages& images, const BundlePath& library) {
  std::map<std::string, BundlePath> needs;
  for (const auto& [root, shared_scope] : images.scopes()) {
    const Scope& scope = *shared_scope;
    const LoadedObject* object = object_of(scope, library);
    if (object == nullptr) continue;
    for (const std::string& needed : object->facts->needed) {
      for (const LoadedObject& other : scope) {
        if (other.facts == nullptr || (other.name != needed && other.facts->soname != needed)) continue;
        const auto [place, is_new] = needs.emplace(needed, other.file);
        if (!is_new && place->second != other.file)
          throw Refusal{format("{} is a different file for other users", needed)};
      }
    }
  }
  return needs;
}

// Checks that everything the image needs is found as before. A library outside the tree is also accepted if
// another image finds it there now.
void check_found(const Scope& before, const Scope& after, const ProcessImages& images) {
  const auto has = [](const Scope& scope, const LoadedObject& object) {
    return std::any_of(scope.begin(), scope.end(), [&](const LoadedObject& other) {
      return other.name == object.name && other.how == object.how;
    });
  };
  for (const LoadedObject& object : after) {
    if (object.how == Found::in_tree || has(before, object)) continue;
    const bool is_outside = object.how == Found::outside &&
                            std::any_of(images.scopes().begin(), images.scopes().end(),
                                        [&](const auto& image) { return has(*image.second, object); });
    if (!is_outside)
      throw Refusal{format("{} would not be found for {}", object.name, after.front().file.name())};
  }
}

SymbolicLink link_to(const BundlePath& from, const BundlePath& to) {
  return {relative_link_target(from, to)};
}

// The links that a swap makes: one in place of the replaced library, and beside it one for each library that
// the replacement needs and that is not found there under its name.
std::map<BundlePath, SymbolicLink> links_of(const FileSet& files, const ProcessImages& images,
                                            const BundlePath& replacement, const BundlePath& replaced) {
  std::map<BundlePath, SymbolicLink> links{{replaced, link_to(replaced, replacement)}};
  std::vector<BundlePath> open{replacement};
  std::set<BundlePath> seen{replacement};
  while (!open.empty()) {
    const BundlePath library = open.back();
    open.pop_back();
    for (const auto& [needed, file] : needs_of(images, library)) {
      if (needed.find('/') != std::string::npos) continue;
      const BundlePath place = replaced.parent() / needed;
      const auto there = files.follow(place);
      if (there && *there != file)
        throw Refusal{format("needs {}, and the file of that name beside it is a different one", needed)};
      if (!there) links.emplace(place, link_to(place, file));
      if (seen.insert(file).second) open.push_back(file);
    }
  }
  return links;
}

FileSet with_links(const FileSet& files, const std::map<BundlePath, SymbolicLink>& links) {
  FileSet swapped = files;
  for (const auto& [path, link] : links) swapped.put(path, link);
  return swapped;
}

// Removes links that no image uses: the loader finds the library elsewhere.
void drop_unused(std::map<BundlePath, SymbolicLink>& links, const BundlePath& replaced,
                 const ProcessImages& after) {
  std::set<BundlePath> crossed;
  for (const auto& [root, scope] : after.scopes()) {
    for (const LoadedObject& object : *scope) crossed.insert(object.crossed.begin(), object.crossed.end());
  }
  std::erase_if(links,
                [&](const auto& link) { return link.first != replaced && !crossed.contains(link.first); });
}

}  // namespace

SharingJudge::SharingJudge(const FileSet& files, const elf::TreeFacts& facts, const elf::LoaderPaths& loader,
                           const elf::SymbolLookup& lookup)
    : files_(files),
      facts_(facts),
      loader_(loader),
      lookup_(lookup),
      vendors_(elf::vendors_of(files)),
      before_(files, facts, loader) {
  for (const BundlePath& path : before_.needed()) {
    const ElfFacts& one = *facts.find(path);
    SharedLibrary library{path, &one,
                          elf::parse_library_name(one.soname.empty() ? path.name() : one.soname, vendors_),
                          !elf::parse_library_name(path.name(), vendors_).hash.empty()};
    if (one.identity.type == shared_object && one.interpreter.empty() && !library.name.stem.empty()) {
      libraries_.push_back(std::move(library));
    }
  }
}

Swap SharingJudge::judge(const SharedLibrary& replacement, const SharedLibrary& replaced) const {
  Swap swap;
  const Judgement judgement(replacement, replaced, lookup_, before_);
  std::set<std::vector<BundlePath>> asked;
  try {
    judgement.check_kind(vendors_);
    swap.links = links_of(files_, before_, replacement.path, replaced.path);
    const FileSet swapped = with_links(files_, swap.links);
    const ProcessImages after(before_, replaced.path, swapped, facts_, loader_);
    for (const auto& [root, before] : before_.scopes()) {
      const Scope& now = *after.scopes().at(root);
      if (object_of(*before, replaced.path) == nullptr) continue;
      check_found(*before, now, before_);
      if (asked.insert(question_of(*before, now)).second) judgement.check_image(*before, now);
    }
    judgement.check_age();
    judgement.check_names_looked_up_at_run_time();
    drop_unused(swap.links, replaced.path, after);
    for (const SharedLibrary& library : libraries_) {
      if (library.path != replaced.path && library.by_name_only && !after.needed().contains(library.path)) {
        swap.orphans.push_back(library.path);
      }
    }
    swap.allowed = true;
  } catch (const Refusal& refusal) {
    swap.reason = refusal.reason;
    if (const std::string prefix = renaming_prefix(*replaced.facts, *replacement.facts, lookup_);
        !prefix.empty()) {
      swap.reason += format("; its interface is renamed to {}*", prefix);
    }
    return swap;
  }
  swap.saved = static_cast<std::int64_t>(files_.find_file(replaced.path)->content.size.bytes());
  for (const BundlePath& path : swap.orphans) {
    swap.saved += static_cast<std::int64_t>(files_.find_file(path)->content.size.bytes());
  }
  for (const auto& [path, link] : swap.links) swap.saved -= static_cast<std::int64_t>(link.target.size());
  return swap;
}

}  // namespace lbundle
