#include "zip/name_key.hpp"

#include <cstdlib>
#include <memory>

#include <utf8proc.h>

namespace lbundle::zip {

namespace {

struct Free {
  void operator()(utf8proc_uint8_t* text) const { std::free(text); }
};
using Text = std::unique_ptr<utf8proc_uint8_t, Free>;

const utf8proc_uint8_t* start(std::string_view name) {
  return reinterpret_cast<const utf8proc_uint8_t*>(name.data());
}

}  // namespace

std::string name_key(std::string_view name) {
  utf8proc_uint8_t* mapped = nullptr;
  const auto length =
      utf8proc_map(start(name), static_cast<utf8proc_ssize_t>(name.size()), &mapped,
                   static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD));
  const Text owner(mapped);
  if (length < 0) return std::string(name);
  return {reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(length)};
}

bool is_utf8(std::string_view name) {
  while (!name.empty()) {
    utf8proc_int32_t character = 0;
    const auto length = utf8proc_iterate(start(name), static_cast<utf8proc_ssize_t>(name.size()), &character);
    if (length <= 0) return false;
    name.remove_prefix(static_cast<std::size_t>(length));
  }
  return true;
}

}  // namespace lbundle::zip
