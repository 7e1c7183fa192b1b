// AWS's limits. Source: "Lambda quotas" in the AWS Lambda developer guide.
#pragma once

#include "model/byte_size.hpp"

namespace lbundle::limits {

// "Deployment package size: 50 MB (zipped, for direct upload)"; AWS means MiB.
inline constexpr ByteSize zipped{50ULL * 1024 * 1024};
// AWS enforces this quota on the request: 69,905,067 bytes of JSON with the zip in base64. A zip of at most
// this many bytes always fits.
inline constexpr ByteSize zipped_safe{52'428'030};
// "250 MB (the maximum size of the contents of a deployment package, including layers, unzipped)". The
// contents must be smaller than this.
inline constexpr ByteSize unzipped{250ULL * 1024 * 1024};
// A zip with more entries than this needs the zip64 form.
inline constexpr std::size_t entries = 65'535;

}  // namespace lbundle::limits
