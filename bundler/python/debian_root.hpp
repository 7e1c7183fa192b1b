// A Python of a Debian release, in a system root of its own.
#pragma once

#include <optional>
#include <string>

#include "cache/store.hpp"
#include "project/interpreter_sources.hpp"
#include "python/interpreter.hpp"

namespace lbundle {

// Returns the interpreter of a root that was made before; nothing if there is none.
std::optional<Interpreter> cached_debian_python(const InterpreterSource& source, const Store& store);

// Makes the root once, with mmdebstrap, below store.folder()/interpreters, and returns its interpreter.
// Throws Error that says why the root cannot be made: mmdebstrap or bubblewrap is missing, or no mirror was
// reached.
Interpreter make_debian_python(const InterpreterSource& source, const Store& store);

// Returns the mirror from which this machine's apt takes Debian's packages. `index_targets` is what `apt-get
// indextargets` prints in the form of debian_mirror_format. If that names no mirror, returns Debian's own.
std::string debian_mirror(const std::string& index_targets);
inline constexpr const char* debian_mirror_format = "$(ORIGIN)|$(COMPONENT)|$(CODENAME)|$(REPO_URI)";

// Returns those lines of `apt-config dump`'s output that say how apt reaches a mirror: proxies, certificates,
// time limits.
std::string apt_transport_options(const std::string& configuration);

}  // namespace lbundle
