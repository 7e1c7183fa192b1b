#include "package/size_listing.hpp"

#include <memory>

#include "json/json.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "os/bytes.hpp"
#include "os/digest_of.hpp"
#include "os/tree.hpp"
#include "report/manifest.hpp"
#include "zip/deflate.hpp"
#include "zip/reader.hpp"

namespace lbundle {

namespace {

constexpr std::string_view manifest_ending = ".json";

bool is_manifest(const HostPath& path) {
  return path.extension() == manifest_ending.data() && fs::is_regular_file(path);
}

std::string name_of_link(std::string_view target) {
  return format("-> {}", target);
}
std::string name_of_crc(std::uint32_t crc, ByteSize size) {
  return format("crc32 {:08x} {}", crc, size.bytes());
}

std::vector<BundlePath> paths_of(const SizeListing& listing) {
  std::vector<BundlePath> paths;
  for (const auto& [path, file] : listing.files) paths.push_back(path);
  return paths;
}

// A link is named by its target's text, whatever `names` is, so that its name is the same in every form.
std::string content_name(const zip::ZipReader& zip, std::size_t index, ContentNames names) {
  const auto& entry = zip.entries()[index];
  if (entry.type == zip::EntryType::link) return name_of_link(as_text(zip.read(index, most_metadata)));
  if (names == ContentNames::crc) return name_of_crc(entry.line.crc32, entry.line.size);
  return to_hex(digest_of(zip.read(index, entry.line.size)));
}

SizeListing list_zip(const HostPath& path, ContentNames names) {
  const auto shared = std::make_shared<const zip::ZipReader>(path);
  const auto& zip = *shared;
  if (zip.has_too_many_folders())
    throw Error("compare", path.string(), "its names have too many folders", "make the zip again");
  SizeListing listing{path.string(), {}, {}, {}, zip.file_size(), zip.rest(), {}};
  std::map<BundlePath, std::size_t> index;
  for (std::size_t i = 0; i < zip.entries().size(); ++i) {
    const auto& entry = zip.entries()[i];
    const auto place = BundlePath::parse(entry.line.name);
    listing.unzipped += entry.line.size;
    if (entry.type == zip::EntryType::folder || !place || !index.emplace(*place, i).second) {
      listing.rest += entry.line.takes;
      continue;
    }
    listing.files.emplace(*place, ListedFile{entry.line.takes, entry.line.size, content_name(zip, i, names)});
  }
  listing.owners = owners_of(paths_of(listing), [&](const BundlePath& file) -> std::optional<std::string> {
    const auto at = index.find(file);
    if (at == index.end()) return std::nullopt;
    return std::string(as_text(zip.read(at->second, most_metadata)));
  });
  listing.read = [shared, index = std::move(index)](const BundlePath& file) -> std::optional<Bytes> {
    const auto at = index.find(file);
    if (at == index.end()) return std::nullopt;
    return shared->read(at->second, shared->entries()[at->second].line.size);
  };
  return listing;
}

std::string content_name(const FileNode& node, ContentNames names) {
  if (const auto* link = std::get_if<SymbolicLink>(&node)) return name_of_link(link->target);
  const auto& content = std::get<RegularFile>(node).content;
  if (names == ContentNames::digest) return to_hex(content.digest);
  return name_of_crc(zip::crc32_of(read_file(content.path)), content.size);
}

SizeListing list_folder(const HostPath& path, ContentNames names, unsigned jobs) {
  const auto tree = scan_tree(path, jobs);
  SizeListing listing{path.string(), {}, {}, tree.unzipped(), std::nullopt, {}, {}};
  for (const auto& [place, node] : tree) {
    listing.files.emplace(place, ListedFile{{}, unzipped_size(node), content_name(node, names)});
  }
  listing.owners = owners_in(tree);
  listing.read = [path](const BundlePath& file) -> std::optional<Bytes> {
    return read_file(path / file.bytes());
  };
  return listing;
}

SizeListing list_manifest(const HostPath& path, ContentNames names) {
  if (names != ContentNames::digest) {
    throw Error("compare", path.string(), "a manifest names content by SHA-256, and the other side does not");
  }
  const auto manifest = parse_manifest(read_text_file(path), path.string());
  SizeListing listing{path.string(),          {}, {}, manifest.totals.unzipped, manifest.totals.zipped,
                      manifest.totals.zipped, {}};
  std::map<std::string, std::size_t> numbers;
  for (const auto& package : manifest.packages) {
    numbers.emplace(package.name, listing.owners.all.size());
    listing.owners.all.push_back(package);
  }
  const auto add = [&](const BundlePath& place, ByteSize zipped, ByteSize unzipped,
                       const std::optional<Digest>& digest, const std::string& link) {
    listing.files.emplace(place, ListedFile{zipped, unzipped, digest ? to_hex(*digest) : name_of_link(link)});
    listing.rest = ByteSize(static_cast<std::uint64_t>(difference(listing.rest, zipped)));
  };
  for (const auto& [staged, file] : manifest.files) {
    if (!file.is_in_bundle()) continue;
    add(file.decision.becomes, file.zipped, file.decision.after, file.digest, file.link_target);
    const auto number = numbers.find(file.package);
    if (number != numbers.end()) listing.owners.owner.emplace(file.decision.becomes, number->second);
  }
  for (const auto& [place, file] : manifest.added)
    add(place, file.zipped, file.size, file.digest, file.link_target);
  return listing;
}

}  // namespace

PackageSizes SizeListing::by_package() const {
  std::vector<SizedFile> sized;
  for (const auto& [path, file] : files) sized.push_back({path, file.zipped, file.unzipped});
  return sizes_by_package(sized, owners);
}

SizeListing list_sizes(const HostPath& path, ContentNames names, unsigned jobs) {
  if (fs::is_directory(path)) return list_folder(path, names, jobs);
  if (is_manifest(path)) return list_manifest(path, names);
  return list_zip(path, names);
}

ContentNames common_names(const HostPath& one, const HostPath& other) {
  return is_manifest(one) || is_manifest(other) ? ContentNames::digest : ContentNames::crc;
}

}  // namespace lbundle
