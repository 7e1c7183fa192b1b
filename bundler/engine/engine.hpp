// The parts of docker and podman that are the same in both.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "model/error.hpp"

namespace lbundle {

// An engine that answered, and how it runs containers on this machine.
struct Engine {
  std::string program;                 // "docker" or "podman"
  std::vector<std::string> run_flags;  // flags that `run` needs here beyond its plain form; the user's own
                                       // come last
  bool limits_memory = true;           // false if this machine cannot limit memory
};

// An image on this machine.
struct EngineImage {
  std::string name;          // as it was asked for
  std::string id;            // the engine's own: "sha256:…"
  std::string architecture;  // as engines write it: "amd64", "arm64"
};

enum class EngineState {
  broken,
  silent,
  working
};  // the later, the more useful is its complaint to the
    // user

struct ImageSearch {
  std::vector<EngineImage> images;  // in the order in which they were asked for
  EngineState state = EngineState::broken;
  std::string complaint;  // of an engine that does not work: its last line, or that it did not answer in time
};

// The engines that are in PATH, in the order in which they are asked.
std::vector<std::string> installed_engines();

// Finds out which of the images the engine has, with a time limit for each question. Nothing is pulled.
ImageSearch find_images(const std::string& program, const std::vector<std::string>& names,
                        std::chrono::milliseconds patience = std::chrono::seconds(10));

// Lists all images of the engine, by repository and tag; ids and architectures are not asked for.
ImageSearch list_images(const std::string& program, std::chrono::milliseconds patience);

// Ends and removes the container, also after an interrupt. It is no error if no container has this name.
void remove_container(const std::string& program, const std::string& name);

// The error for an engine that does not work: "cannot ask 'podman': …".
Error engine_does_not_answer(const std::string& program, const std::string& complaint);

}  // namespace lbundle
