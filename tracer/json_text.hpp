#pragma once

#include <string>
#include <string_view>

namespace lbundle::tracer {

/// True if `bytes` is UTF-8 as defined by Unicode 15, table 3-7: no overlong forms, no surrogates, nothing
/// above U+10FFFF.
bool is_utf8(std::string_view bytes);

/// Appends `text`, which must be UTF-8, as a JSON string (RFC 8259) with its quotes; control characters are
/// escaped.
void append_json_string(std::string& out, std::string_view text);

/// Appends `"key":"value"`, or `"key_base64":"…"` (RFC 4648, section 4) if the bytes are not UTF-8.
void append_json_member(std::string& out, std::string_view key, std::string_view bytes);

/// The bytes in base64, with padding.
std::string base64(std::string_view bytes);

}  // namespace lbundle::tracer
