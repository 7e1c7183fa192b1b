// The problem: a function that is too large for a zip goes to Lambda as an image. An image tool would build
// it again, by a file of its own, from a tree that nothing has verified.
//
// The idea: exactly the files of the zip become one layer over the runtime's image. The result is the folder
// of blobs that all image tools read. This needs no daemon, no root and no registry. The base image is such a
// folder too, because skopeo and podman exist to fetch images.
//
// Rejected: a Containerfile that the user builds, because it gives other bytes on each run.
#include "image/layout.hpp"

#include "json/json.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "os/atomic_file.hpp"
#include "os/digest_of.hpp"
#include "os/temp_dir.hpp"

namespace lbundle::image {

namespace {

constexpr const char* index_type = "application/vnd.oci.image.index.v1+json";
constexpr const char* manifest_type = "application/vnd.oci.image.manifest.v1+json";
constexpr const char* config_type = "application/vnd.oci.image.config.v1+json";
constexpr const char* layout_text = R"({"imageLayoutVersion":"1.0.0"})";
constexpr const char* task_folder = "var/task";
constexpr const char* how_to_fetch =
    "fetch it, for example with `skopeo copy docker://public.ecr.aws/lambda/python:3.11 oci:DIR`";

HostPath blob_path(const HostPath& layout, const std::string& digest) {
  static constexpr std::string_view algorithm = "sha256:";
  if (!digest.starts_with(algorithm) || !digest_from_hex(digest.substr(algorithm.size()))) {
    throw Error("read", layout.string(), format("'{}' is not a digest of a blob", digest));
  }
  return layout / "blobs" / "sha256" / digest.substr(algorithm.size());
}

bool is_layout(const HostPath& folder) {
  boost::system::error_code ignored;
  return fs::is_regular_file(folder / "oci-layout", ignored) &&
         fs::is_regular_file(folder / "index.json", ignored);
}

Json descriptor(const char* type, const Digest& digest, std::uint64_t size) {
  return {{"mediaType", type}, {"digest", "sha256:" + to_hex(digest)}, {"size", size}};
}

// The image to build on: its manifest and configuration, and the folder of its blobs.
struct Base {
  HostPath layout;
  Json manifest = {{"layers", Json::array()}};
  Json config = {{"rootfs", {{"type", "layers"}, {"diff_ids", Json::array()}}}};
};

Json read_blob(const HostPath& layout, const Json& of) {
  const auto path = blob_path(layout, of.at("digest").get<std::string>());
  return parse_json(read_text_file(path), path.string());
}

bool is_list(const Json& item) {
  const auto type = item.value("mediaType", std::string());
  return type == index_type || type == "application/vnd.docker.distribution.manifest.list.v2+json";
}

// The first image for `architecture`, also in nested lists. Nothing if there is none. If a list does not name
// the architectures of its images, the configuration of each image is read.
std::optional<Base> image_in(const HostPath& layout, const Json& list, const std::string& architecture) {
  for (const auto& item : list.at("manifests")) {
    if (is_list(item)) {
      if (auto found = image_in(layout, read_blob(layout, item), architecture)) return found;
      continue;
    }
    const auto platform = item.value("platform", Json::object());
    if (platform.contains("architecture") && platform["architecture"] != architecture) continue;
    auto manifest = read_blob(layout, item);
    auto config = read_blob(layout, manifest.at("config"));
    if (config.value("architecture", architecture) == architecture)
      return Base{layout, std::move(manifest), std::move(config)};
  }
  return std::nullopt;
}

Base read_base(const HostPath& layout, const std::string& architecture) {
  if (!is_layout(layout)) throw Error("read", layout.string(), "it is not an OCI image layout", how_to_fetch);
  try {
    auto found =
        image_in(layout, parse_json(read_text_file(layout / "index.json"), (layout / "index.json").string()),
                 architecture);
    if (found) return *found;
  } catch (const JsonError& error) {
    throw Error("read", layout.string(), format("its image layout is damaged: {}", error.what()),
                how_to_fetch);
  }
  throw Error("build on", layout.string(), format("it holds no image for linux/{}", architecture),
              "fetch the image for the function's architecture, or name the image's architecture (--arch)");
}

std::string date_text(std::time_t date) {
  std::tm utc{};
  ::gmtime_r(&date, &utc);
  return format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                utc.tm_hour, utc.tm_min, utc.tm_sec);
}

Json with_layer(Json config, const Layer& layer, const ImageOptions& options) {
  config["created"] = date_text(options.date);
  config["architecture"] = options.architecture;
  config["os"] = "linux";
  config["rootfs"]["diff_ids"].push_back("sha256:" + to_hex(layer.diff_id));
  config["history"].push_back({{"created", date_text(options.date)}, {"created_by", "lbundle pack --image"}});
  config["config"]["WorkingDir"] = std::string("/") + task_folder;
  if (!options.handler.empty()) config["config"]["Cmd"] = Json::array({options.handler});
  return config;
}

// The folder of the new image while it is filled.
class Blobs {
 public:
  explicit Blobs(HostPath layout) : layout_(std::move(layout)) {
    fs::create_directories(layout_ / "blobs" / "sha256");
  }

  HostPath unnamed() const { return layout_ / "blobs" / "unnamed"; }
  void name(const Digest& digest) { fs::rename(unnamed(), layout_ / "blobs" / "sha256" / to_hex(digest)); }

  Json add(const char* type, const Json& content) {
    const auto text = to_line(content);
    const auto digest = digest_of(text);
    write_file(layout_ / "blobs" / "sha256" / to_hex(digest), text);
    return descriptor(type, digest, text.size());
  }

  // Copies a blob of the base. It is not a link, so this image stays complete when the base is removed.
  void copy(const HostPath& base, const Json& of) {
    const auto digest = of.at("digest").get<std::string>();
    const auto from = blob_path(base, digest);
    const auto to = blob_path(layout_, digest);
    boost::system::error_code failure;
    if (fs::exists(to, failure)) return;
    fs::copy_file(from, to, failure);
    if (failure) throw system_error("copy", from.string(), failure.value());
    if ("sha256:" + to_hex(digest_of_file(to)) != digest)
      throw Error("copy", from.string(), "its bytes do not have the digest in its name", how_to_fetch);
  }

 private:
  HostPath layout_;
};

void require_replaceable(const HostPath& output) {
  boost::system::error_code failure;
  if (!fs::exists(output, failure) || is_layout(output)) return;
  if (fs::is_directory(output, failure) && fs::is_empty(output, failure)) return;
  throw Error("write", output.string(), "something that is not an image layout is there",
              "name another folder, or remove it");
}

// Moves the new image to `output`. An older one stays until then, and is put back if the move fails.
void publish(TempDir& made, const HostPath& output) {
  boost::system::error_code ignored;
  if (!fs::exists(output, ignored)) return made.publish(output);
  const TempDir aside(output.parent_path(), ".replaced");
  fs::rename(output, aside.path() / "layout");
  try {
    made.publish(output);
  } catch (...) {
    fs::rename(aside.path() / "layout", output);
    throw;
  }
}

}  // namespace

WrittenImage write_image(const FileSet& files, const HostPath& output, const ImageOptions& options) {
  const auto target = fs::absolute(output).lexically_normal();
  require_replaceable(target);
  auto base = options.base ? read_base(*options.base, options.architecture) : Base{};
  TempDir made(target.parent_path(), ".image");
  Blobs blobs(made.path());
  const auto layer = write_layer(files, task_folder, options.date, blobs.unnamed());
  blobs.name(layer.digest);

  auto layers = base.manifest.at("layers");
  for (const auto& each : layers) blobs.copy(base.layout, each);
  layers.push_back(descriptor(layer_type, layer.digest, layer.size.bytes()));
  const auto config = blobs.add(config_type, with_layer(std::move(base.config), layer, options));
  const auto manifest =
      blobs.add(manifest_type,
                {{"schemaVersion", 2}, {"mediaType", manifest_type}, {"config", config}, {"layers", layers}});
  auto named = manifest;
  named["platform"] = {{"architecture", options.architecture}, {"os", "linux"}};
  named["annotations"] = {{"org.opencontainers.image.ref.name", "latest"}};
  write_file(made.path() / "index.json",
             to_line({{"schemaVersion", 2}, {"mediaType", index_type}, {"manifests", Json::array({named})}}));
  write_file(made.path() / "oci-layout", std::string_view(layout_text));

  WrittenImage written{target,
                       *digest_from_hex(manifest["digest"].get<std::string>().substr(7)),
                       {},
                       layer.size,
                       layers.size()};
  for (const auto& each : layers) written.compressed += ByteSize{each.at("size").get<std::uint64_t>()};
  publish(made, target);
  return written;
}

}  // namespace lbundle::image
