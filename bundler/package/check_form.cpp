#include "package/check_form.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <string>

#include "model/error.hpp"
#include "model/lambda_paths.hpp"
#include "model/limits.hpp"
#include "model/text.hpp"
#include "os/interrupt.hpp"
#include "os/parallel.hpp"
#include "package/finding_groups.hpp"
#include "package/pack_names.hpp"
#include "package/package_files.hpp"
#include "zip/deflate.hpp"
#include "zip/link_fate.hpp"
#include "zip/name_key.hpp"
#include "zip/name_limits.hpp"

namespace lbundle {

namespace {

void judge_name(const std::string& name, FindingGroups& found) {
  if (const auto* fault = zip::length_fault(name)) {
    found.add(Severity::error, "name-too-long", zip::shown_name(name), fault, "shorten the name");
    return;
  }
  const auto error = [&](const char* code, std::string message, std::string hint) {
    found.add(Severity::error, code, name, std::move(message), std::move(hint));
  };
  if (name.starts_with('/')) {
    error("name-absolute", "the name begins with '/'", "zip from inside the folder, with relative names");
  } else if (!BundlePath::parse(name)) {
    error("name-leaves", "the name leads out of the function's folder", "make the zip without '..' in names");
  }
  if (name.find('\\') != std::string::npos) {
    error("name-backslash", "the name has a backslash, which is not a separator on Lambda",
          "make the zip with a program that writes '/'");
  }
  if (!zip::is_utf8(name)) {
    found.add(Severity::warning, "name-not-utf8", name,
              "the name is not UTF-8, and may be unpacked under another name", "rename the file");
  }
}

void judge_mode(const zip::ZipEntry& entry, FindingGroups& found) {
  const auto& name = entry.line.name;
  if (!entry.mode || entry.type == zip::EntryType::link) return;
  const bool folder = entry.type == zip::EntryType::folder;
  const unsigned needed = folder ? 0555 : 0444;
  if ((*entry.mode & needed) != needed) {
    found.add(Severity::error, "mode-unreadable", name,
              format("mode {:04o} does not let everyone {} it; Lambda runs as another user", *entry.mode,
                     folder ? "enter" : "read"),
              format("chmod {} before zipping, or pack with lbundle", folder ? "0755" : "a+r"));
  }
}

bool is_taken(std::uint16_t method) {
  return method == static_cast<int>(zip::Method::stored) || method == static_cast<int>(zip::Method::deflated);
}

void judge_content_form(const zip::ZipEntry& entry, FindingGroups& found) {
  const auto& line = entry.line;
  const auto error = [&](const char* code, std::string message, const char* hint) {
    found.add(Severity::error, code, line.name, std::move(message), hint);
  };
  if (entry.type == zip::EntryType::special) {
    error("special-file", "it is neither a file, a folder nor a link", "leave it out of the zip");
  }
  if (entry.encrypted())
    error("encrypted", "it is encrypted, which Lambda does not unpack", "zip without a password");
  if (!is_taken(line.method)) {
    error("method-unknown", format("compression method {} is neither stored nor deflated", line.method),
          "pack with lbundle, or zip with deflate");
  }
  if (line.overlaps)
    error("entries-overlap", "its bytes overlap those of the next entry", "make the zip again");
  if (line.differs) {
    error("headers-differ", "its local header and the central directory say different things",
          "make the zip again");
  }
}

// Lambda unpacks layers at /opt, and a link to them is the usual way to find a layer's packages from modules
// that do not search NODE_PATH (aws/aws-sam-cli#3600). /tmp and /mnt exist for the function too.
bool exists_on_lambda(std::string_view target) {
  if (target.find("/..") != std::string_view::npos) return false;
  return std::ranges::any_of(std::array<std::string_view, 3>{"/opt", "/tmp", "/mnt"}, [&](auto folder) {
    return target.starts_with(folder) && (target.size() == folder.size() || target[folder.size()] == '/');
  });
}

void judge_absolute_link(const FileSet& tree, const BundlePath& path, const std::string& text,
                         FindingGroups& found) {
  const auto end = zip::absolute_end_of(tree, path);
  if (exists_on_lambda(end)) {
    found.add(Severity::note, "link-to-mount", path.bytes(),
              format("the link leads to {}, outside of the zip", end),
              end.starts_with(layer_root) ? "it works if a layer of the function has that path" : "");
    return;
  }
  found.add(Severity::error, "link-absolute", path.bytes(), format("the link to '{}' is absolute", text),
            "make it relative, and put its target into the zip");
}

void judge_links(const FileSet& tree, FindingGroups& found) {
  std::uint64_t work = 0;
  for (const auto& [path, node] : tree) {
    const auto* link = std::get_if<SymbolicLink>(&node);
    if (link == nullptr) continue;
    if (work > zip::most_link_work) {
      found.add(Severity::note, "links-not-checked", path.bytes(),
                "this link and those after it are too many to follow", "");
      return;
    }
    const auto error = [&](const char* code, const char* what, const char* hint) {
      found.add(Severity::error, code, path.bytes(), format("the link to '{}' {}", link->target, what), hint);
    };
    switch (zip::fate_of(tree, path, &work)) {
      case zip::LinkFate::arrives:
        break;
      case zip::LinkFate::absolute:
        judge_absolute_link(tree, path, link->target, found);
        break;
      case zip::LinkFate::leaves:
        error("link-leaves", "leads out of the function's folder",
              "link to a file of the zip, or put the file in");
        break;
      case zip::LinkFate::dangles:
        error("link-dangles", "leads to nothing", "put its target in, or leave the link out");
        break;
      case zip::LinkFate::loops:
        error("link-loops", "leads back to itself", "leave the link out");
        break;
    }
  }
}

void judge_whole(const zip::ZipReader& zip, FindingGroups& found) {
  const auto entries = zip.entries().size();
  if (entries == 0) found.add(Severity::error, "empty", "", "the zip is empty", "zip the function's files");
  if (entries > limits::entries) {
    found.add(Severity::warning, "too-many-entries", "",
              format("{} entries are more than {}, the limit without zip64", entries, limits::entries),
              "drop what the function does not need");
  } else if (zip.is_zip64()) {
    found.add(Severity::warning, "zip64", "", "it has the zip64 form although it does not need it",
              "pack with lbundle");
  }
  if (zip.uncounted().bytes() > 0) {
    found.add(Severity::warning, "inconsistent", "",
              format("its end record counts {} entries, and {} bytes of the central directory follow them",
                     entries, zip.uncounted().bytes()),
              "make the zip again: programs differ in which entries they see");
  }
  const auto unix_modes =
      std::ranges::count_if(zip.entries(), [](const auto& entry) { return entry.mode.has_value(); });
  if (entries > 0 && unix_modes == 0) {
    found.add(Severity::note, "no-modes", "",
              "it was not made on Unix: every file can be read on Lambda, and none is executable",
              "if the function starts a program of the zip, pack with lbundle");
  }
}

}  // namespace

Findings judge_form(const zip::ZipReader& zip) {
  FindingGroups found;
  judge_whole(zip, found);
  std::vector<std::string> names;
  for (const auto& entry : zip.entries()) {
    if (zip::length_fault(entry.line.name) == nullptr)
      names.push_back(entry.type == zip::EntryType::folder && !entry.line.name.ends_with('/')
                          ? entry.line.name + '/'
                          : entry.line.name);
    judge_name(entry.line.name, found);
    judge_mode(entry, found);
    judge_content_form(entry, found);
  }
  if (zip.has_too_many_folders()) {
    found.add(Severity::error, "too-many-folders", "",
              "the paths of its folders have more than 16 MiB together, so its names were not compared",
              "make the zip again: no program needs folders this deep");
    return found.take();
  }
  judge_links(files_of(zip).files, found);
  auto findings = found.take();
  for (auto& finding : judge_names(names)) findings.push_back(std::move(finding));
  return findings;
}

Findings judge_contents(const zip::ZipReader& zip, unsigned jobs) {
  FindingGroups found;
  std::mutex mutex;
  std::map<std::string, std::string> damaged;  // by name, so that the order of threads does not matter
  std::atomic<std::size_t> next = 0;
  // A handle of libzip can be used by one thread only.
  parallel_for(std::max(jobs, 1U), jobs, [&](std::size_t) {
    const zip::ZipReader own(zip.path());
    for (auto turn = next++; turn < own.entries().size(); turn = next++) {
      check_interrupt();
      const auto& entry = own.entries()[turn];
      if (entry.encrypted() || !is_taken(entry.line.method)) continue;
      try {
        own.read(turn, [](ByteView) {});
      } catch (const Error& error) {
        const std::lock_guard lock(mutex);
        damaged.emplace(entry.line.name, error.what());
      }
    }
  });
  for (const auto& [name, cause] : damaged) {
    found.add(Severity::error, "entry-damaged", name, cause, "make the zip again");
  }
  return found.take();
}

}  // namespace lbundle
