// Which files an event only walked past: it listed a folder and looked at all that the folder holds.
#pragma once

#include <map>
#include <set>
#include <string>

#include "model/access_log.hpp"
#include "model/file_set.hpp"

namespace lbundle {

// What one event did inside the tree. All paths are those of the tree: links are followed.
struct EventView {
  std::set<BundlePath> listed;   // folders
  std::set<BundlePath> looked;   // files that the event looked at and did not use in another way
  std::set<BundlePath> opened;   // files that it used in another way
  std::set<BundlePath> touched;  // everything that it asked for, found or not, and all folders above
  std::set<BundlePath> entered;  // folders that it listed, or in which it asked for something
};

// The views of all events of `evidence`, by the event's name.
std::map<std::string, EventView> views_of(const FileSet& files, const Evidence& evidence);

struct Walks {
  // The files that the event looked at only because it walks: a part of `looked`.
  std::set<BundlePath> files;
  // Those, and files with the same names in the folders that the event went down into. Such code may stop at
  // the first of several versions, and looks at the next one if that is not there.
  std::set<BundlePath> alike;
  // Folders of packages that the event went through and used nothing of, except descriptions.
  std::set<BundlePath> passed;
};

// Finds the walks of one event. An event walks a folder if it listed the folder and looked at each entry, or
// at something below the entry. What this says about the files that were only looked at:
// - Files in the folder itself belong to the walk, if there are at least two of them.
// - Files further down belong to the walk if the event went into each folder of the walked one, and looked
//   for a file of this name in at least two of them.
// - A folder with Node.js modules, or one below such a folder, is passed if nothing in it was opened but
//   package.json. All its files belong to the walk.
// A folder with Python modules is never walked, because the import system lists it.
Walks walks_of(const FileSet& files, const EventView& view);

}  // namespace lbundle
