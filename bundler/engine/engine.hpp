// docker and podman, as far as the two speak alike.
#pragma once

#include <string>
#include <vector>

#include "model/error.hpp"

namespace lbundle {

// An engine that answered, and how it runs containers on this machine.
struct Engine {
  std::string program;                 // "docker" or "podman"
  std::vector<std::string> run_flags;  // what `run` takes here beyond its plain form, the user's own last
  bool limits_memory = true;           // false where this machine has no such limit
};

// An image on this machine.
struct EngineImage {
  std::string name;          // as it was asked for
  std::string id;            // the engine's own: "sha256:…"
  std::string architecture;  // as engines write it: "amd64", "arm64"
};

enum class EngineState { broken, silent, working };  // in order of how much it is worth to hear of it

struct ImageSearch {
  std::vector<EngineImage> images;  // in the order in which they were asked for
  EngineState state = EngineState::broken;
  std::string complaint;  // of an engine that does not work: its last line, or that it said nothing in time
};

// The engines that PATH has, in the order in which they are asked.
std::vector<std::string> installed_engines();

// Which of the images the engine has; it gets ten seconds for each. Nothing is pulled.
ImageSearch find_images(const std::string& program, const std::vector<std::string>& names);

// Ends and removes the container, also after an interrupt. No error where there is none of that name.
void remove_container(const std::string& program, const std::string& name);

// Why the last lines of `log` say so: "cannot ask 'podman': …".
Error engine_does_not_answer(const std::string& program, const std::string& complaint);

}  // namespace lbundle
