// AWS's numbers. Source: "Lambda quotas" in the AWS Lambda developer guide, and the arithmetic of the request
// below.
#pragma once

#include "model/byte_size.hpp"

namespace lbundle::limits {

// "Deployment package size: 50 MB (zipped, for direct upload)", MB being MiB.
inline constexpr ByteSize zipped{50ULL * 1024 * 1024};
// The quota is enforced on the request, 69,905,067 bytes of base64 and JSON: this many bytes of zip are sure
// to fit.
inline constexpr ByteSize zipped_safe{52'428'030};
// "250 MB (the maximum size of the contents of a deployment package, including layers, unzipped)"; must stay
// below.
inline constexpr ByteSize unzipped{250ULL * 1024 * 1024};
// Beyond this many entries a zip needs the zip64 form.
inline constexpr std::size_t entries = 65'535;

}  // namespace lbundle::limits
