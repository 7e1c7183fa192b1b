// The problem: some wheels rely on system libraries that Lambda's runtimes lack. Users learn this at the
// first invocation, and then look for a copy that fits. The idea: find the libraries that the loader would
// miss (abi/abi.hpp); recipes list those that packages open by name. A recipe also says where a copy comes
// from. A copy is judged like all native code before it is taken. It becomes a package of its own in the
// staged tree, so that events, pruning and the report treat it like everything else. Rejected: to bring it
// only into the bundle, because then no event of the representative run would use it; to take this machine's
// copy without a check, which fails if this machine's glibc is newer. Before any copy is brought, a library
// that another package of the tree has under a name of its own is used (library_donor.cpp).
#include "staging/system_libraries.hpp"

#include <algorithm>

#include "abi/abi.hpp"
#include "abi/abi_libraries.hpp"
#include "install/library_build.hpp"
#include "install/library_image.hpp"
#include "install/library_machine.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "native/native_facts.hpp"
#include "os/digest_of.hpp"
#include "os/log.hpp"
#include "staging/library_donor.hpp"
#include "staging/system_library_choice.hpp"
#include "staging/system_library_stub.hpp"
#include "staging/tree_update.hpp"
#include "staging/workspace.hpp"

namespace lbundle {

namespace {

const BundlePath library_folder("lib");
const BundlePath licence_folder("lib/licenses");

std::string key_of(const StagingInputs& inputs, const Backend& backend) {
  const auto& choice = inputs.settings.system_libraries;
  KeyBuilder key;
  key.add("system libraries 3").add(choice.automatic ? "auto" : "named");
  for (const auto& name : choice.names) key.add(name);
  key.add(text_of_system_library_rules());
  // The name of a layer's folder is the digest of the layer's zip.
  for (const auto& layer : inputs.layers) key.add(layer.filename().string());
  if (backend.staging) key.add("container").add(backend.staging->image.id);
  return to_hex(key.key());
}

std::string owner_text(const Distributions& distributions, const BundlePath& path) {
  const auto* owner = distributions.owner_of(path);
  if (owner == nullptr || owner->name.empty()) return "the function's own " + path.bytes();
  return format("{} ({})", owner->version.empty() ? owner->name : owner->name + ' ' + owner->version,
                path.bytes());
}

std::string joined(const auto& texts, std::string_view separator) {
  std::string all;
  for (const auto& text : texts) all += (all.empty() ? "" : std::string(separator)) + text;
  return all;
}

class Bringing {
 public:
  Bringing(TreeUpdate& update, const Distributions& distributions, const StagingInputs& inputs,
           const Backend& backend, const Store& store, unsigned jobs)
      : update_(update),
        distributions_(distributions),
        inputs_(inputs),
        backend_(backend),
        store_(store),
        jobs_(jobs),
        runtime_(inputs.function.runtime),
        layered_(libraries_of(inputs.layers)),
        choice_(world()) {}

  SystemLibraryRecord bring() {
    record_.key = key_of(inputs_, backend_);
    if (inputs_.settings.system_libraries.automatic) {
      bring_needed();
      bring_opened();
    } else {
      bring_named();
    }
    for (const auto& [name, chosen] : choice_.chosen()) put(chosen);
    record_.may_change = failed_ && choice_.may_change();
    return std::move(record_);
  }

 private:
  const FileSet& files() { return update_.index().files; }

  LibraryChoice::World world() {
    return {runtime_,
            inputs_.function.architecture,
            [this](const std::string& soname) { return is_there(soname); },
            [](const std::string& soname) { return system_library_giving(soname); },
            [this](const SystemLibrary& library, LibraryOrigin origin) { return ask(library, origin); },
            [this](const HostPath& file) { return facts_of(file); }};
  }

  bool is_there(const std::string& soname) {
    if (std::ranges::find(runtime_.provided_libraries, soname) != runtime_.provided_libraries.end() ||
        layered_.contains(soname))
      return true;
    const auto folders = elf::folders_below(elf::LoaderPaths{}.root, runtime_.library_path);
    return std::ranges::any_of(folders,
                               [&](const auto& folder) { return files().contains(folder / soname); });
  }

  static std::shared_ptr<const elf::ElfFacts> facts_of(const HostPath& file) {
    try {
      auto facts = elf::read_elf(read_file(file));
      return facts ? std::make_shared<const elf::ElfFacts>(std::move(*facts)) : nullptr;
    } catch (const elf::MalformedElf&) {
      return nullptr;
    }
  }

  LibraryAnswer ask(const SystemLibrary& library, LibraryOrigin origin) {
    switch (origin) {
      case LibraryOrigin::stub:
        return library_of_stub(library, read_native_facts(files(), store_, jobs_), inputs_.function, store_);
      case LibraryOrigin::image:
        if (!backend_.staging) return {};
        return library_of_image(library, *backend_.staging, inputs_.function, store_);
      case LibraryOrigin::machine:
        return library_of_machine(library);
      case LibraryOrigin::archive:
        return library_of_archive(library, inputs_.function, store_);
      case LibraryOrigin::build:
        return library_from_build(library, inputs_.function, store_);
    }
    return {};
  }

  // Lets libraries of the tree serve under the names that other files of the tree miss.
  void link_donors(const std::vector<MissingLibrary>& missing) {
    if (missing.empty()) return;
    std::map<std::string, Needs> all;
    for (const auto& [library, path] : missing) {
      auto& needs = all[library];
      needs.library = library;
      needs.files.push_back(path);
    }
    const auto facts = read_native_facts(files(), store_, jobs_);
    for (const auto& [library, needs] : all) {
      const auto path = library_folder / library;
      if (files().contains(path)) continue;
      const auto donor = donor_of(needs, {files(), facts, inputs_.function,
                                          [this](const std::string& soname) { return is_there(soname); }});
      if (!donor) continue;
      update_.put_link(path, "../" + donor->bytes());
      BroughtLibrary brought;
      brought.name = library;
      brought.libraries.push_back(path);
      record_.findings.push_back(
          {Severity::note, system_library_code, path.bytes(),
           format(
               "{} serves as {} too: {} needs it, {} lacks it, and the names and versions that are imported "
               "from it are there",
               owner_text(distributions_, *donor), library, owner_text(distributions_, needs.files.front()),
               runtime_.name),
           "system_libraries = [] in [stage] leaves it out"});
      record_.brought.push_back(std::move(brought));
    }
  }

  void bring_needed() {
    const AbiTarget target{runtime_, inputs_.function.architecture, inputs_.layers};
    link_donors(missing_libraries(files(), target, store_, jobs_));
    for (const auto& [library, path] : missing_libraries(files(), target, store_, jobs_)) {
      const auto* recipe = system_library_giving(library);
      const auto who = owner_text(distributions_, path);
      if (recipe == nullptr) {
        log_detail(
            format("{} needs {}, which {} lacks, and no recipe gives it", who, library, runtime_.name));
        continue;
      }
      const auto fault = choice_.bring(library, who);
      if (fault.empty() || !reported_.insert(library).second) continue;
      report_missing(path,
                     format("{} needs {}, which {} lacks, and the recipe {} brings no copy that it can load "
                            "({})",
                            who, library, runtime_.name, recipe->name, fault),
                     way_out({library}, {recipe}));
    }
  }

  // A distribution may open several libraries. If one of them cannot be brought, the others are of no use, so
  // all of them are reported together.
  void bring_opened() {
    struct Failure {
      std::vector<std::string> libraries;
      std::vector<const SystemLibrary*> recipes;
      std::string first;
    };
    std::map<std::string, Failure> failures;  // by distribution
    for (const auto& recipe : known_system_libraries()) {
      for (const auto& opener : recipe.openers) {
        const auto* staged = distributions_.named(opener.distribution);
        if (staged == nullptr || std::ranges::any_of(opener.unless, [&](const auto& other) {
              return distributions_.named(other) != nullptr;
            }))
          continue;
        const auto who = staged->name + ' ' + staged->version;
        if (!opener.instead.empty()) {
          report_not_found(opener, who);
          continue;
        }
        for (const auto& library : opener.libraries) {
          const auto fault = choice_.bring(library, who);
          if (fault.empty()) continue;
          auto& failure = failures[who];
          failure.libraries.push_back(library);
          if (std::ranges::count(failure.recipes, &recipe) == 0) failure.recipes.push_back(&recipe);
          if (failure.first.empty()) failure.first = format("{}: {}", library, fault);
        }
        if (choice_.chosen().contains(recipe.name)) opened_by_[recipe.name].push_back(opener.distribution);
      }
    }
    for (const auto& [who, failure] : failures)
      report_missing(
          {},
          format("{} opens {} by name, which {} lacks, and no recipe brings a copy that it can load "
                 "({})",
                 who, joined(failure.libraries, ", "), runtime_.name, failure.first),
          way_out(failure.libraries, failure.recipes));
  }

  // For a distribution that looks for a library where no function has one.
  void report_not_found(const LibraryOpener& opener, const std::string& who) {
    const bool may_be_there =
        std::ranges::any_of(opener.libraries, [&](const auto& library) { return is_there(library); });
    if (may_be_there) return;
    report_missing({},
                   format("{} needs {}, which {} lacks, and would not find a copy in lib/: {}", who,
                          joined(opener.libraries, ", "), runtime_.name, opener.reason),
                   opener.instead);
  }

  void bring_named() {
    for (const auto& name : inputs_.settings.system_libraries.names) {
      const auto* recipe = find_system_library(name);
      require(recipe != nullptr, "the project file names recipes that are known");
      std::string first_fault;
      for (const auto& library : recipe->libraries) {
        const auto fault = choice_.bring(library, "the project file");
        if (first_fault.empty()) first_fault = fault;
      }
      // An origin may have only some of a recipe's libraries; it is enough that one was chosen.
      if (!first_fault.empty() && !choice_.chosen().contains(name)) {
        throw Error("bring", name,
                    format("[stage] system_libraries names it, and there is no copy that {} can load: {}",
                           runtime_.name, first_fault),
                    way_out({recipe->libraries.front()}, {recipe}));
      }
    }
  }

  std::string way_out(const std::vector<std::string>& libraries,
                      const std::vector<const SystemLibrary*>& recipes) const {
    std::string packages, install;
    for (const auto* recipe : recipes) {
      const auto more = rpm_packages_text(*recipe, runtime_);
      if (!more.empty()) packages += (packages.empty() ? "" : " ") + more;
      if (install.empty()) install = install_command(*recipe, runtime_);
    }
    const bool one = libraries.size() == 1;
    const auto by_hand = format("put {} and what {}, built on {}, into lib/ beside the handler",
                                joined(libraries, ", "), one ? "it needs" : "they need", runtime_.os);
    if (packages.empty()) return by_hand;
    const auto images = build_images(runtime_, inputs_.function.architecture);
    const auto by_image = format(
        "stage in an image whose package manager has {}: backend = \"container\" and image = \"{}\" in "
        "[stage]; or ",
        one ? "it" : "them", images.empty() ? "" : images.front());
    // Only a Python function's dependencies can be installed in an image.
    const bool may_stage = runtime_.language == Language::python && !backend_.staging && !images.empty();
    return format("{}{}; there `{} {}` puts {} into /usr/lib64", may_stage ? by_image : "", by_hand,
                  install.substr(0, install.find(" -y") + 3), packages, one ? "it" : "them");
  }

  void report_missing(const BundlePath& path, const std::string& message, const std::string& hint) {
    failed_ = true;
    Finding finding{Severity::warning, system_library_missing_code, path.bytes(), message, hint};
    log_warning(format("{}; {}", message, hint));
    record_.findings.push_back(std::move(finding));
  }

  void put_file(const BundlePath& path, const HostPath& file, ByteSize& size) {
    const auto bytes = read_file(file);
    update_.put(path, bytes, digest_of(bytes), false);
    size += ByteSize(bytes.size());
  }

  void put(const ChosenLibrary& chosen) {
    const auto& copy = chosen.copy;
    BroughtLibrary brought;
    brought.name = chosen.recipe->name;
    brought.version = copy.version;
    brought.named_by_user = !inputs_.settings.system_libraries.automatic &&
                            std::ranges::count(inputs_.settings.system_libraries.names, brought.name) > 0;
    if (const auto opened = opened_by_.find(brought.name); opened != opened_by_.end())
      brought.opened_by = opened->second;
    ByteSize size;
    std::vector<std::string> contents;
    for (const auto& [soname, file] : chosen.files) {
      const auto path = library_folder / soname;
      put_file(path, file, size);
      const auto digest = digest_of_file(file);
      contents.push_back(format("{} (SHA-256 {})", soname, to_hex(digest)));
      if (copy.of_machine) brought.copied.emplace_back(file, digest);
      brought.libraries.push_back(path);
    }
    for (const auto& [name, file] : copy.data) {
      const BundlePath path(name);
      if (files().contains(path)) continue;
      put_file(path, file, size);
      if (copy.of_machine) brought.copied.emplace_back(file, digest_of_file(file));
      brought.others.push_back(path);
    }
    const auto licence = licence_folder / (brought.name + ".txt");
    if (!copy.licence.empty() && !files().contains(licence)) {
      update_.put(licence, as_bytes(copy.licence), digest_of(copy.licence), false);
      size += ByteSize(copy.licence.size());
      brought.others.push_back(licence);
    }
    report(chosen, brought, joined(contents, ", "), size);
    record_.brought.push_back(std::move(brought));
  }

  void report(const ChosenLibrary& chosen, const BroughtLibrary& brought, const std::string& contents,
              ByteSize size) {
    const auto title = brought.version.empty() ? brought.name : brought.name + ' ' + brought.version;
    record_.findings.push_back(
        {Severity::note, system_library_code, brought.libraries.front().bytes(),
         format("{} is brought along, {}: {}, {}, for {}, because {} lacks it", title, to_text(size),
                contents, chosen.copy.origin, joined(chosen.wanted_by, " and "), runtime_.name),
         (chosen.recipe->advice.empty() ? "" : chosen.recipe->advice + "; ") +
             (brought.named_by_user ? "[stage] system_libraries names it"
                                    : "system_libraries = [] in [stage] leaves it out")});
    log_step(format("{} is brought along, {}, {}", title, to_text(size), chosen.copy.origin));
  }

  TreeUpdate& update_;
  const Distributions& distributions_;
  const StagingInputs& inputs_;
  const Backend& backend_;
  const Store& store_;
  unsigned jobs_;
  const Runtime& runtime_;
  std::set<std::string> layered_;
  LibraryChoice choice_;
  std::map<std::string, std::vector<std::string>>
      opened_by_;  // by recipe, the distributions that open its libraries
  std::set<std::string> reported_;
  SystemLibraryRecord record_;
  bool failed_ = false;
};

}  // namespace

SystemLibraryRecord bring_system_libraries(TreeUpdate& update, const Distributions& distributions,
                                           const StagingInputs& inputs, const Backend& backend,
                                           const Store& store, unsigned jobs) {
  return Bringing(update, distributions, inputs, backend, store, jobs).bring();
}

void remove_brought(TreeUpdate& update, const SystemLibraryRecord& record) {
  for (const auto& library : record.brought) {
    for (const auto* paths : {&library.libraries, &library.others})
      for (const auto& path : *paths)
        if (update.index().files.contains(path)) update.remove(path);
  }
}

bool is_current(const SystemLibraryRecord& record, const StagingInputs& inputs, const Backend& backend) {
  if (record.may_change || record.key != key_of(inputs, backend)) return false;
  for (const auto& library : record.brought) {
    for (const auto& [file, digest] : library.copied) {
      boost::system::error_code ignored;
      if (!fs::is_regular_file(file, ignored) || digest_of_file(file) != digest) return false;
    }
  }
  return true;
}

}  // namespace lbundle
