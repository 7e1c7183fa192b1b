// Finds secrets in a file by its content.
#pragma once

#include <optional>

#include "model/bundle.hpp"
#include "os/bytes.hpp"
#include "project/secret_rules.hpp"

namespace lbundle {

// The first secret in a file: a private key, a token, credentials of a tool. Nothing if there is none. `path`
// tells files of tools. Of a text, the first 4 MiB are searched; of other files, only the beginning tells.
// The result says what it is and where, and never holds any of it.
std::optional<Secret> secret_in(const BundlePath& path, ByteView content,
                                const SecretRules& rules = secret_rules());

// True if tools keep secrets in files of this name.
bool has_name_of_secrets(const BundlePath& path, const SecretRules& rules = secret_rules());

}  // namespace lbundle
