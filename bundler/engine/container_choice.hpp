// Where a project is staged and run: in containers, or on this machine.
#pragma once

#include "engine/container.hpp"

namespace lbundle {

struct Backend {
  std::optional<Container> staging;   // installs the dependencies; none: this machine's pip or npm
  std::optional<Container> running;   // runs the events; none: bubblewrap
  bool bubblewrap_forbidden = false;  // events run in a container for no other reason
};

// The images that stand for a runtime where the project names none, best first: AWS's own, for the
// architecture. Only Python's dependencies are installed in a build image. Source: "AWS Lambda base images
// for Python", "for Node.js" and "for custom runtimes", AWS Lambda developer guide, and the SAM build image
// repository; tags as of 2026-02.
std::vector<std::string> build_images(const Runtime& runtime, Architecture architecture);
std::vector<std::string> run_images(const Runtime& runtime, Architecture architecture);

// What the choice of a backend depends on.
struct BackendRequest {
  StageSettings settings;
  Runtime runtime;
  Architecture architecture = Architecture::x86_64;
  bool has_services = false;  // servers of the project run beside the events
  bool with_events = true;    // events will run, not only the installer
};

// What [stage] asks for and this machine has; the images of `running` are not looked for unless
// `with_events`, and those of `staging` for Python alone, as npm's packages are installed on this machine
// for the runtime. Nothing is pulled. `automatic` takes containers where an engine answers and has every
// image that is needed, this machine otherwise, and the log says which and why; events then run in a
// container all the same where this machine forbids bubblewrap and an engine has the image for them. Throws
// Error where `container` was asked for and cannot be: no engine, none that answers, no such image, one for
// another architecture, no way to run it.
Backend choose_backend(const BackendRequest& request);

}  // namespace lbundle
