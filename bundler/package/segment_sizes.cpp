#include "package/segment_sizes.hpp"

#include <algorithm>

#include <elf.h>

#include "elf/image.hpp"

namespace lbundle {

namespace {

std::size_t kind_of(const elf::Segment& segment) {
  if ((segment.flags & PF_X) != 0) return 0;
  return (segment.flags & PF_W) == 0 ? 1 : 2;
}

}  // namespace

std::vector<SegmentSize> segment_sizes(const SizeListing& listing, const BundlePath& path) {
  const auto content = listing.read ? listing.read(path) : std::nullopt;
  if (!content || !elf::begins_as_elf(*content)) return {};
  try {
    const elf::Image image(*content);
    std::vector<SegmentSize> sizes = {{"code", {}}, {"read-only data", {}}, {"data", {}}, {"not loaded", {}}};
    std::vector<elf::Segment> loaded;
    std::ranges::copy_if(image.segments(), std::back_inserter(loaded),
                         [](const elf::Segment& segment) { return segment.type == PT_LOAD; });
    std::ranges::sort(loaded, {}, &elf::Segment::offset);
    // Segments may share bytes of the file; each byte is counted once.
    std::uint64_t done = 0;
    for (const auto& segment : loaded) {
      const auto end = std::min<std::uint64_t>(segment.offset + segment.file_size, content->size());
      const auto start = std::max(done, segment.offset);
      if (end <= start) continue;
      sizes[3].size += ByteSize(start - done);
      sizes[kind_of(segment)].size += ByteSize(end - start);
      done = end;
    }
    sizes[3].size += ByteSize(content->size() - done);
    return sizes;
  } catch (const elf::MalformedElf&) {
    return {};  // A diff of sizes does not judge files.
  }
}

}  // namespace lbundle
