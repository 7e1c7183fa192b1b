// A zip that was damaged on its way is seldom damaged at random: a transfer put it into base64, a download
// saved the page that says why it failed, a checkout without Git LFS left the pointer. The first bytes tell
// these apart, and each has another way out.
#include "zip/wrong_file.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "model/text.hpp"

namespace lbundle::zip {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t tar_name_at = 257;  // POSIX, ustar interchange format: the field `magic`

struct KnownFile {
  std::string_view begins;
  const char* cause;
  const char* hint;
};

// Where the beginnings come from: APPNOTE.TXT 4.3.7 (zip), RFC 1952 (gzip), and the formats' own
// descriptions. "UEsD" is base64 of the first three bytes of every zip that is not empty.
constexpr std::array known_files{
    KnownFile{"PK\3\4"sv, "it begins as a zip, but its end is missing, so it was cut short",
              "copy or download it again, and compare the sizes"},
    KnownFile{"UEsD"sv, "it is a zip in base64", "decode it: `base64 -d FILE > function.zip`"},
    KnownFile{"\"UEsD"sv, "it is a zip in base64, in quotes",
              "decode it: `tr -d '\"' < FILE | base64 -d > function.zip`"},
    KnownFile{"\x1f\x8b"sv, "it is gzip data (.gz or .tar.gz), not a zip",
              "Lambda takes only zips: `gzip -d < FILE` gives the zip if one was compressed again; unpack a "
              ".tar.gz, "
              "and zip the files"},
    KnownFile{"7z\xbc\xaf\x27\x1c"sv, "it is a 7z archive, not a zip",
              "unpack it, and zip the files: `7z a -tzip function.zip …`"},
    KnownFile{"Rar!"sv, "it is a RAR archive, not a zip", "unpack it, and zip the files"},
    KnownFile{"BZh"sv, "it is bzip2 data, not a zip", "unpack it, and zip the files"},
    KnownFile{"\xfd"
              "7zXZ"sv,
              "it is xz data, not a zip", "unpack it, and zip the files"},
    KnownFile{"\x28\xb5\x2f\xfd"sv, "it is zstd data, not a zip", "unpack it, and zip the files"},
    KnownFile{"version https://git-lfs"sv, "it is a pointer of Git LFS, not the zip itself",
              "fetch the file: `git lfs pull`"},
    KnownFile{"\xff\xfe"sv, "it is UTF-16 text, as PowerShell's `>` writes it",
              "make the file with the program's own option for its output, not with `>`"},
    KnownFile{"\x7f"
              "ELF"sv,
              "it is a Linux program or library, not a zip", "zip it"},
};

// The text in lower case, without the space and the comments that it begins with.
std::string lower_text(ByteView bytes) {
  std::string text(as_text(bytes));
  for (;;) {
    const auto first = text.find_first_not_of("\xef\xbb\xbf \t\r\n");
    text.erase(0, std::min(first, text.size()));
    const auto end = text.find("-->");
    if (!text.starts_with("<!--") || end == std::string::npos) break;
    text.erase(0, end + 3);
  }
  std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
  return text;
}

bool is_plain_text(ByteView bytes) {
  return std::ranges::none_of(bytes, [](std::uint8_t byte) { return byte < 9 || (byte > 13 && byte < 27); });
}

Error error_for_text(const HostPath& path, ByteView beginning) {
  const auto text = lower_text(beginning);
  const auto error = [&](const char* cause, const char* hint) {
    return Error("read", path.string(), cause, hint);
  };
  const char* failed =
      "the download failed, and the file holds the server's answer: read it, and download again";
  if (text.starts_with("<!doctype html") || text.starts_with("<html"))
    return error("it is an HTML page, not a zip", failed);
  if (text.starts_with("<?xml") || text.starts_with("<error")) return error("it is XML, not a zip", failed);
  if (text.starts_with("{") && as_text(beginning).find("\"UEsD") != std::string_view::npos)
    return error("it is JSON that holds a zip in base64",
                 "decode the zip: `jq -r .NAME FILE | base64 -d > function.zip`, with the name of its field");
  if (text.starts_with("{") || text.starts_with("["))
    return error("it is JSON, not a zip",
                 "name the zip itself, or read the file to see which error it reports");
  return error("it is text, not a zip", "name the zip that is to be deployed");
}

}  // namespace

Error not_a_zip(const HostPath& path, ByteView beginning) {
  const auto error = [&](const char* cause, const char* hint) {
    return Error("read", path.string(), cause, hint);
  };
  if (beginning.empty()) {
    return error("it is empty, so it is not a zip",
                 "the program that makes it wrote nothing: look at its messages");
  }
  const auto begin = as_text(beginning);
  for (const auto& known : known_files) {
    if (begin.starts_with(known.begins)) return error(known.cause, known.hint);
  }
  if (begin.size() > tar_name_at && begin.substr(tar_name_at).starts_with("ustar"))
    return error("it is a tar archive, not a zip", "unpack it, and zip the files");
  if (is_plain_text(beginning)) return error_for_text(path, beginning);
  return error("it is not a zip, or is cut short", "make it again with a program that writes zips");
}

Error bytes_behind(const HostPath& path, std::uint64_t extra) {
  return {"read", path.string(),
          format("{} {} the end of the zip", extra, extra == 1 ? "byte follows" : "bytes follow"),
          format("remove what follows: `truncate -s -{} FILE`; programs differ in whether they accept it",
                 extra)};
}

Error bytes_missing(const HostPath& path, std::uint64_t missing) {
  return {"read", path.string(),
          format("its beginning is missing: {} {} less than its own offsets say", missing,
                 missing == 1 ? "byte" : "bytes"),
          "copy or download it again, and compare the sizes"};
}

Error bytes_in_front(const HostPath& path, std::uint64_t extra) {
  return {"read", path.string(),
          format("{} {} the zip, and the zip's own offsets do not count them", extra,
                 extra == 1 ? "byte precedes" : "bytes precede"),
          format("remove them: `tail -c +{} FILE > function.zip`", extra + 1)};
}

}  // namespace lbundle::zip
