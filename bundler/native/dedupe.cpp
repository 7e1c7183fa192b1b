// The problem: wheels are built separately, so a tree has the same library, table or licence several times.
// But few whole files are equal: the libraries that several wheels bring differ in their version, in a hash
// in their name, and in what patchelf wrote into them.
//
// The idea: replace a copy by a relative symbolic link, which Lambda supports. Files with equal bytes may
// always share one file, with the exceptions below. Libraries that differ may share one if the simulated
// loader finds every symbol as before (dedupe_verdict.cpp). Of all allowed swaps, the one that saves most is
// done first, and the rest is judged again on the changed tree. Last, the events run on the zip and show
// whether it works.
//
// Rejected: hard links, because zips have none; a common folder in LD_LIBRARY_PATH or found by a rewritten
// RPATH, because that would change files that are right as they are; renaming one library to another's
// SONAME, because links have the same effect and change neither file.
//
// Some equal files are kept apart: Python and JavaScript sources, because their path is the module's
// identity; extension modules, because one library opened for two module names would share its state;
// programs, because they look for files in their own folder; files with different modes; and small files,
// because a link is an entry of the zip too.
#include "native/dedupe.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "model/lambda_paths.hpp"
#include "model/text.hpp"
#include "native/dedupe_verdict.hpp"
#include "native/native_facts.hpp"
#include "native/sharing_record.hpp"

namespace lbundle {

namespace {

constexpr const char* stage_name = "dedupe";
constexpr const char* sharing_kind = "sharing";

// A link of some 50 bytes needs its own entry in the zip. So for a file smaller than this, when deflated, a
// link saves nothing.
constexpr ByteSize least_worth{512};
// Some file servers refuse to follow a link out of its folder. So only large files are linked between
// packages: tables and databases, which are opened by name.
constexpr ByteSize least_across_packages{64ULL * 1024};

bool is_module(const BundlePath& path, const elf::ElfFacts* facts) {
  static const std::set<std::string_view> endings = {".py", ".pyc", ".js", ".mjs", ".cjs", ".node"};
  if (endings.contains(path.extension())) return true;
  return facts != nullptr &&
         std::any_of(facts->exports.begin(), facts->exports.end(),
                     [](const elf::ElfSymbol& symbol) { return symbol.name.starts_with("PyInit_"); });
}

bool is_program(const elf::ElfFacts* facts) {
  return facts != nullptr && !facts->interpreter.empty();
}

std::string_view package_of(const BundlePath& path) {
  return std::string_view(path.bytes()).substr(0, path.bytes().find('/'));
}

bool may_link(const BundlePath& from, const BundlePath& to, ByteSize size, const elf::ElfFacts* facts) {
  if (size < least_worth || size.bytes() <= relative_link_target(from, to).size()) return false;
  return facts != nullptr || size >= least_across_packages || package_of(from) == package_of(to);
}

// True if `a` is the file that copies are linked to, rather than `b`. Copies of one library under its names
// (libx.so, libx.so.1, libx.so.1.2) become links to the longest name, as they were when it was first
// installed. Otherwise the first path in order is the file.
bool comes_first(const BundlePath& a, const BundlePath& b) {
  const auto rank = [](const BundlePath& path) {
    return std::tuple(path.parent(), -static_cast<long>(elf::parse_library_name(path.name()).version.size()),
                      path);
  };
  return rank(a) < rank(b);
}

void link_identical(Bundle& bundle, const elf::TreeFacts& facts, const std::set<BundlePath>& untouched) {
  std::map<std::pair<Digest, bool>, std::vector<BundlePath>> copies;
  for (const auto& [path, node] : bundle.files) {
    const auto* file = std::get_if<RegularFile>(&node);
    if (file == nullptr || file->content.size < least_worth) continue;
    const elf::ElfFacts* own = facts.find(path);
    if (!is_module(path, own) && !is_program(own))
      copies[{file->content.digest, file->executable}].push_back(path);
  }
  for (auto& [content, paths] : copies) {
    std::sort(paths.begin(), paths.end(), comes_first);
    const BundlePath& original = paths.front();
    const ByteSize size = bundle.files.find_file(original)->content.size;
    for (const BundlePath& path : paths) {
      if (path == original || untouched.contains(path) || !may_link(path, original, size, facts.find(path)))
        continue;
      replace_file(bundle, path, path, SymbolicLink{relative_link_target(path, original)},
                   {stage_name, format("same bytes as {}", original.bytes()), {}});
    }
  }
}

struct Candidate {
  SharingVerdict verdict;
  Swap swap;
};

Candidate left_alone(const SharedLibrary& replacement, const SharedLibrary& replaced) {
  return {{replacement.path, replaced.path, false, false, "it must stay untouched", {}}, {}};
}

Candidate judged(const SharingJudge& judge, const SharedLibrary& replacement, const SharedLibrary& replaced) {
  Candidate candidate{{replacement.path, replaced.path, false, false, {}, {}},
                      judge.judge(replacement, replaced)};
  candidate.verdict.allowed = candidate.swap.allowed && candidate.swap.saved > 0;
  candidate.verdict.reason = candidate.swap.reason;
  if (candidate.verdict.allowed) {
    candidate.verdict.saved = ByteSize(static_cast<std::uint64_t>(candidate.swap.saved));
    candidate.verdict.reason = "every symbol that is looked up is found as before";
  }
  return candidate;
}

// Judges each pair if both libraries still exist. Other pairs keep their last verdict.
void judge_all_pairs(const SharingJudge& judge, const std::set<BundlePath>& untouched,
                     std::map<std::pair<BundlePath, BundlePath>, Candidate>& pairs) {
  for (auto& [key, candidate] : pairs) candidate.swap.allowed = false;
  for (const SharedLibrary& replaced : judge.libraries()) {
    for (const SharedLibrary& replacement : judge.libraries()) {
      if (&replaced != &replacement && replaced.name.stem == replacement.name.stem) {
        pairs.insert_or_assign(std::pair(replaced.path, replacement.path),
                               untouched.contains(replaced.path) ? left_alone(replacement, replaced)
                                                                 : judged(judge, replacement, replaced));
      }
    }
  }
}

void carry_out(Bundle& bundle, const SharingVerdict& verdict, Swap swap) {
  const std::string name(verdict.replacement.name());
  // If a swap leaves libraries that nothing needs, each new link takes the place of one of them.
  auto orphan = swap.orphans.begin();
  for (auto& [path, link] : swap.links) {
    if (path == verdict.replaced) {
      replace_file(
          bundle, path, path, std::move(link),
          {stage_name, format("{} defines all that is looked up in it", verdict.replacement.bytes()), {}});
    } else if (orphan != swap.orphans.end()) {
      replace_file(bundle, *orphan++, path, std::move(link),
                   {stage_name,
                    format("only {} needed it; {} needs this one instead", verdict.replaced.name(), name),
                    {}});
    } else {
      bundle.files.put(path, std::move(link));
    }
  }
  for (; orphan != swap.orphans.end(); ++orphan) {
    drop_file(bundle, *orphan,
              {stage_name,
               format("only {} needed it, and {} is now used instead", verdict.replaced.name(), name),
               {}});
  }
}

// Removes links that an earlier swap made to a library that a later swap made unnecessary.
void remove_dangling(Bundle& bundle) {
  std::vector<BundlePath> dangling;
  for (const auto& [path, decision] : bundle.decisions) {
    const FileNode* node =
        decision.verdict == Verdict::replace ? bundle.files.find(decision.becomes) : nullptr;
    if (node != nullptr && std::holds_alternative<SymbolicLink>(*node) &&
        !bundle.files.follow(decision.becomes)) {
      dangling.push_back(decision.becomes);
    }
  }
  for (const BundlePath& path : dangling)
    drop_file(bundle, path, {stage_name, "no library needs it any more", {}});
}

// Chooses the swap that saves most, then the best of those that are allowed after it, until no swap is left.
// One swap can make others possible, because a library and what it needs may have to come from the same
// package.
SharingPlan plan_sharing(Bundle bundle, const elf::TreeFacts& facts, const DedupeOptions& options) {
  const elf::SymbolLookup lookup;
  SharingPlan plan;
  std::map<std::pair<BundlePath, BundlePath>, Candidate> pairs;
  for (;;) {
    const FileSet native = native_part(bundle.files, facts);
    judge_all_pairs(SharingJudge(native, facts, options.loader, lookup), options.untouched, pairs);
    Candidate* best = nullptr;
    for (auto& [key, candidate] : pairs) {
      if (!candidate.swap.allowed || candidate.swap.saved <= 0) continue;
      if (best == nullptr || candidate.swap.saved > best->swap.saved) best = &candidate;
    }
    if (best == nullptr) break;
    best->verdict.chosen = true;
    plan.steps.push_back({best->verdict, best->swap});
    carry_out(bundle, best->verdict, std::move(best->swap));
  }
  for (auto& [key, candidate] : pairs) plan.verdicts.push_back(std::move(candidate.verdict));
  return plan;
}

SharingPlan remembered_plan(const Bundle& bundle, const elf::TreeFacts& facts, const DedupeOptions& options) {
  const auto native = native_part(bundle.files, facts);
  const auto key = sharing_key(native, options.loader, options.untouched);
  if (const auto found = options.store.find(sharing_kind, key)) {
    if (auto plan = sharing_from_record(as_text(*found))) return std::move(*plan);
  }
  auto plan = plan_sharing(bundle, facts, options);
  options.store.put(sharing_kind, key, as_bytes(to_record(plan)));
  return plan;
}

Sharing share_libraries(Bundle& bundle, const elf::TreeFacts& facts, const DedupeOptions& options) {
  auto plan = remembered_plan(bundle, facts, options);
  for (auto& step : plan.steps) carry_out(bundle, step.verdict, std::move(step.swap));
  remove_dangling(bundle);
  return {std::move(plan.verdicts)};
}

}  // namespace

elf::LoaderPaths loader_of(const Runtime& runtime) {
  return {task_root, elf::folders_below(task_root, runtime.library_path)};
}

Deduped dedupe(Bundle bundle, const DedupeOptions& options) {
  if (options.mode == DedupeMode::off) return {std::move(bundle), {}};
  const elf::TreeFacts facts = read_native_facts(bundle.files, options.store, options.jobs);
  link_identical(bundle, facts, options.untouched);
  Sharing sharing;
  if (options.mode == DedupeMode::safe) sharing = share_libraries(bundle, facts, options);
  return {std::move(bundle), std::move(sharing)};
}

}  // namespace lbundle
