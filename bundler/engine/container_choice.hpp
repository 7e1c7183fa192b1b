// Decides where a project is staged and run: in containers, or on this machine.
#pragma once

#include "engine/container.hpp"

namespace lbundle {

struct Backend {
  std::optional<Container> staging;   // installs the dependencies; if empty, this machine's pip or npm does
  std::optional<Container> running;   // runs the events; if empty, bubblewrap does
  bool bubblewrap_forbidden = false;  // true if `running` is set only for this reason
  bool without_sandbox = false;       // the events run in no sandbox at all, as the user asked
};

// The images for a runtime if the project names none, best first: AWS's own, for the architecture. Only
// Python's dependencies are installed in a build image. Source: "AWS Lambda base images for Python", "for
// Node.js" and "for custom runtimes", AWS Lambda developer guide, and the SAM build image repository; tags as
// of 2026-02.
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

// The names of all images that choose_backend would look for, those of `staging` first.
std::vector<std::string> images_for(const BackendRequest& request);

// Chooses the backend by what [stage] asks for and this machine has. The images of `running` are looked for
// only `with_events`. Those of `staging` are looked for only for Python, because npm's packages are installed
// on this machine for the runtime. Nothing is pulled.
//
// `automatic` uses containers if an engine answers and has every image that is needed, otherwise this
// machine; the log says which and why. If this machine forbids bubblewrap and an engine has the image for the
// events, they still run in a container. Throws Error if `container` was asked for and is not possible: no
// engine, none that answers, no such image, an image for another architecture, no way to run it.
Backend choose_backend(const BackendRequest& request);

}  // namespace lbundle
