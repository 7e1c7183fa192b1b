// The manifest: every staged file with its verdict and reason. Every byte is accounted for, and `lbundle why`
// can answer without a build. Written beside the zip; docs: "Outputs".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/access_log.hpp"
#include "model/bundle.hpp"
#include "report/build_report.hpp"

namespace lbundle {

// Which events used a file: for each kind of access the events, and for each event its runs (empty if the log
// does not say).
using FileEvidence = std::map<AccessKind, std::map<std::string, std::set<int>>>;
using ManifestEvidence = std::map<BundlePath, FileEvidence>;

// The evidence about paths below `root` ("/var/task") in a log; or the same from evidence that does not say
// which runs.
ManifestEvidence manifest_evidence(const AccessLog& log, const std::string& root);
ManifestEvidence manifest_evidence(const Evidence& evidence);

// One staged file.
struct ManifestFile {
  std::string package;  // the distribution's name; empty for the function's own
  Decision decision;
  std::optional<Digest> staged_digest;  // none if a symbolic link was staged
  std::optional<Digest> digest;         // of the regular file in the bundle
  std::string link_target;              // of the symbolic link in the bundle
  ByteSize zipped;                      // compressed bytes of its entry
  FileEvidence evidence;
  std::vector<BundlePath> needed_by;  // staged files that load or import it, if that is known
  std::vector<std::string> lacks;     // missing libraries, and codes of faults, that no event minded

  bool is_in_bundle() const { return decision.verdict != Verdict::drop; }
};

// A file of the bundle that was not staged, such as a link that lets a shared library be found.
struct AddedFile {
  ByteSize size;
  std::optional<Digest> digest;
  std::string link_target;
  ByteSize zipped;
};

struct ManifestTotals {
  std::size_t staged_files = 0;
  std::size_t files = 0;  // in the bundle
  ByteSize staged;
  ByteSize unzipped;
  std::int64_t saved = 0;  // staged minus unzipped
  ByteSize entries;        // compressed bytes of all entries
  ByteSize zipped;         // the zip file: the entries and the zip's own records
};

struct Manifest {
  std::string function, runtime, architecture;
  std::optional<ContainerFacts> container;  // in which the tree was staged and the events ran
  std::optional<Digest> zip_digest;
  ManifestTotals totals;
  std::vector<Distribution> packages;  // by name
  std::map<BundlePath, ManifestFile> files;
  std::map<BundlePath, AddedFile> added;
  // What is beside the handler and was not staged, and why; not what comes by itself, such as caches.
  std::map<std::string, std::string> left_out = {};
};

// What a manifest needs beside the tree and the bundle.
struct ManifestFacts {
  std::string function, runtime, architecture;
  std::optional<ContainerFacts> container;
  std::map<BundlePath, ByteSize> entry_sizes;  // compressed bytes, by path in the bundle
  ByteSize zip_size;
  std::optional<Digest> zip_digest;
  ManifestEvidence evidence;                                // by staged path
  std::map<BundlePath, std::vector<BundlePath>> needed_by;  // by staged path
  std::map<BundlePath, std::vector<std::string>> lacks;     // by staged path
};

// Joins `tree` as stage made it and `bundle` as it was packed. Throws BrokenAssumption if a staged file has
// no decision, or if a decision puts a file where the bundle has none.
Manifest make_manifest(const StagedTree& tree, const Bundle& bundle, ManifestFacts facts);

// Returns what does not add up, one sentence each; empty for any manifest that lbundle wrote. It checks that
// the totals are the sums of their parts, staged = unzipped + saved, a kept file is as it was staged, a
// dropped file takes no bytes, and no two files became the same one.
std::vector<std::string> check_sums(const Manifest& manifest);

// The packages, largest in the bundle first, then by staged size and name. Added files count for the function
// itself.
std::vector<PackageRow> package_rows(const Manifest& manifest);

// The manifest as JSON. The same manifest gives the same bytes: one line for each file, no dates, no paths of
// this machine. A path that is not UTF-8 is written as {"hex": "…"}.
std::string manifest_json(const Manifest& manifest);

// Reads the manifest in `text`; `what` names it in messages. Throws Error ("cannot read 'WHAT': …") if it is
// not a manifest, or if its schema is unknown.
Manifest parse_manifest(std::string_view text, const std::string& what);

}  // namespace lbundle
