// The values that each stage passes to the next after the tree is staged.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "model/brought_library.hpp"
#include "model/decision.hpp"
#include "model/distribution.hpp"
#include "model/file_set.hpp"
#include "model/finding.hpp"

namespace lbundle {

// A secret in a file of the function.
struct Secret {
  std::string what;      // "a private key"; never any of it
  int line = 0;          // where it begins; 0 if the whole file is one
  bool by_name = false;  // only the file's name says so

  bool operator==(const Secret&) const = default;
};

// Why a file beside the handler is bundled only if something leads to it (rules/own-files.toml).
struct Doubt {
  std::string reason;  // of a drop
  std::string rule;    // the rule's place
  std::string folder;  // it is judged by reach, as all of this folder is; empty: it must be used or named
  bool named_by_any = false;  // of a folder: any kept code may name it, not only the function's own
};

// A file or folder beside the handler that is not even staged, and why.
struct LeftOut {
  std::string path;  // below the project's folder; a folder's ends with '/'
  std::string reason;
  bool quiet = false;
};

// The unshrunk tree: every file as the runtime expects it, at `root` on this machine.
struct StagedTree {
  HostPath root;
  FileSet files;
  Distributions distributions;
  Findings findings;
  std::vector<BroughtLibrary> brought = {};   // system libraries that the runtime lacks
  std::map<BundlePath, Secret> secrets = {};  // of the function's own files
  std::map<BundlePath, Doubt> doubtful = {};  // own files that may not be the function's
  std::vector<LeftOut> left_out = {};
};

// Files that are kept although no event used them, and that can only be dropped together. By staged path.
struct UnusedFiles {
  BundlePath path;                // the folder, or the largest file
  std::vector<BundlePath> files;  // all of them, the largest first
  bool is_folder = false;
  std::size_t libraries = 0;      // how many of the files only others of them need
  std::vector<std::string> drop;  // globs that match them and nothing else
};

// The tree as it will be packed. It need not exist as a tree on disk: `files` says where each content is.
struct Bundle {
  FileSet files;
  Decisions decisions;
  Findings findings;
  std::set<BundlePath> opened_sources;   // sources that kept code opens or lists as files
  std::vector<UnusedFiles> unused = {};  // at the level reach; each file is in one of them at most
};

// For stages that change one file of a bundle. Both functions update `decisions` to match `files`. `path` is
// the file's present path in the bundle, which can differ from the path where it was staged. They throw
// BrokenAssumption if no file is there.
void drop_file(Bundle& bundle, const BundlePath& path, Reason reason);
// Removes `path` and puts `node` at `becomes`. If another file is at `becomes`, it is dropped
// with the same reason.
void replace_file(Bundle& bundle, const BundlePath& path, const BundlePath& becomes, FileNode node,
                  Reason reason);

// Bytes saved so far: the size before minus the size after, summed over all decisions.
std::int64_t saved_bytes(const Decisions& decisions);
// Bytes of files that were not staged, such as links that let a shared library be found.
ByteSize added_bytes(const Bundle& bundle);

}  // namespace lbundle
