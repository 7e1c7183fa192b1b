// A Python of a Debian release, in a system root of its own.
#pragma once

#include <optional>
#include <string>

#include "cache/store.hpp"
#include "project/interpreter_sources.hpp"
#include "python/interpreter.hpp"

namespace lbundle {

// The interpreter of a root that was made before; nothing where there is none.
std::optional<Interpreter> cached_debian_python(const InterpreterSource& source, const Store& store);

// Makes the root with mmdebstrap below store.folder()/interpreters, once, and gives its interpreter. Throws
// Error that says why it cannot be made: mmdebstrap or bubblewrap is missing, or no mirror was reached.
Interpreter make_debian_python(const InterpreterSource& source, const Store& store);

// The mirror that this machine's apt takes Debian's packages from, of what `apt-get indextargets` prints in
// the form of debian_mirror_format; Debian's own where that names none.
std::string debian_mirror(const std::string& index_targets);
inline constexpr const char* debian_mirror_format = "$(ORIGIN)|$(COMPONENT)|$(CODENAME)|$(REPO_URI)";

// Of what `apt-config dump` prints, the lines on how apt reaches a mirror: proxies, certificates, time
// limits.
std::string apt_transport_options(const std::string& configuration);

}  // namespace lbundle
