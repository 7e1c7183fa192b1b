#include "os/library_versions.hpp"

#include <boost/version.hpp>
#include <openssl/crypto.h>
#include <spdlog/version.h>

#include "model/text.hpp"

namespace lbundle {

std::string os_library_versions() {
  return format("OpenSSL {}, spdlog {}.{}.{}, Boost {}.{}.{}", OpenSSL_version(OPENSSL_FULL_VERSION_STRING),
                SPDLOG_VER_MAJOR, SPDLOG_VER_MINOR, SPDLOG_VER_PATCH, BOOST_VERSION / 100000,
                BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100);
}

}  // namespace lbundle
