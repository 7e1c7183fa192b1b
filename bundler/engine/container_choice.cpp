// The problem: whether containers can be used is known only after asking, and every answer but "yes" has its
// own remedy. The idea: each engine is asked for each image, and the first engine that has all of them is
// used. What the others said becomes the error or, if the user left the choice to lbundle, a line of the log.
// Rejected: pulling a missing image, which is hundreds of megabytes that nobody asked for, in a version that
// nobody chose.
#include "engine/container_choice.hpp"

#include <algorithm>

#include <unistd.h>

#include "model/text.hpp"
#include "os/bubblewrap.hpp"
#include "os/log.hpp"
#include "os/parallel.hpp"

namespace lbundle {

namespace {

const char* engine_architecture(Architecture architecture) {
  return architecture == Architecture::arm64 ? "arm64" : "amd64";
}

Error no_such_image(const std::string& program, const std::string& image) {
  return {"find", image, format("{} has no such image", program),
          format("fetch it (`{} pull {}`), name another one in [stage], or set backend = \"host\" there",
                 program, image)};
}

Error other_architecture(const EngineImage& image, Architecture wanted) {
  return {"use", image.name,
          format("the image is for {}, the function for {}", image.architecture, engine_architecture(wanted)),
          "pull the one for the function's architecture, or correct `architecture`"};
}

// The first of `names` that the engine has, or why it has none.
struct Found {
  std::optional<EngineImage> image;
  std::optional<Error> failure;
  EngineState state = EngineState::broken;
};

Found find_first(const std::string& program, const std::vector<std::string>& names, Architecture wanted) {
  const auto search = find_images(program, names);
  Found found;
  found.state = search.state;
  for (const auto& image : search.images) {
    if (image.architecture == engine_architecture(wanted)) {
      found.image = image;
      return found;
    }
  }
  if (search.state != EngineState::working) {
    found.failure = engine_does_not_answer(program, search.complaint);
  } else if (search.images.empty()) {
    found.failure = no_such_image(program, names.back());
  } else {
    found.failure = other_architecture(search.images.front(), wanted);
  }
  return found;
}

std::vector<std::string> staging_names(const BackendRequest& request) {
  if (request.settings.image) return {*request.settings.image};
  return build_images(request.runtime, request.architecture);
}

std::vector<std::string> running_names(const BackendRequest& request) {
  if (request.settings.run_image) return {*request.settings.run_image};
  if (request.settings.image) return {*request.settings.image};
  return run_images(request.runtime, request.architecture);
}

// True if the dependencies are installed in a build image. npm is given the system, processor and C library
// to install for, and runs no script of any package, so an image of the runtime would do the same. A function
// that is a program of its own has the files that it needs beside it.
bool is_staged_inside(const BackendRequest& request) {
  return request.runtime.language == Language::python;
}

// True if the events can run in containers. Servers run in a network namespace that lbundle makes. An
// engine's containers can join it only if they are not started by a daemon in another namespace, and if the
// namespace belongs to the same user as the containers.
bool can_stand_beside(const std::string& program, const BackendRequest& request) {
  return !request.has_services || (program == "podman" && geteuid() == 0);
}

Error cannot_stand_beside(const std::string& program) {
  return {"use", program,
          "its containers cannot be in the network of [[sandbox.service]], unless root's podman starts them",
          "run lbundle as root with podman, or set backend = \"host\" in [stage]"};
}

// One engine's answer: the images, or why there are none.
struct Offer {
  std::string program;
  std::optional<EngineImage> staging, running;
  std::optional<Error> failure;
  EngineState state = EngineState::broken;
};

Offer ask(const std::string& program, const BackendRequest& request) {
  Offer offer;
  offer.program = program;
  const auto obtain = [&](const std::vector<std::string>& names, std::optional<EngineImage>& image) {
    auto found = find_first(program, names, request.architecture);
    offer.state = found.state;
    offer.failure = std::move(found.failure);
    image = std::move(found.image);
    return image.has_value();
  };
  if (is_staged_inside(request) && !obtain(staging_names(request), offer.staging)) return offer;
  if (request.with_events && can_stand_beside(program, request)) {
    obtain(running_names(request), offer.running);
  } else if (!offer.staging) {
    offer.failure = cannot_stand_beside(program);
  }
  return offer;
}

// Makes containers of the images that were found. Throws as `with_working_flags` does.
Backend backend_of(const Offer& offer, const std::vector<std::string>& engine_flags) {
  const auto container = [&](const EngineImage& image) {
    return with_working_flags({{offer.program, engine_flags}, image});
  };
  Backend backend;
  if (offer.staging) backend.staging = container(*offer.staging);
  if (offer.running) backend.running = container(*offer.running);
  return backend;
}

// If this machine forbids bubblewrap, an engine that has the runtime's image can run the events, even though
// nothing is staged in it.
std::optional<Container> other_sandbox(const BackendRequest& request,
                                       const std::vector<std::string>& programs) {
  if (request.has_services) return std::nullopt;  // services need bubblewrap too
  try {
    require_bubblewrap();
    return std::nullopt;
  } catch (const Error& error) {
    for (const auto& program : programs) {
      auto found = find_first(program, running_names(request), request.architecture);
      if (!found.image) continue;
      try {
        auto container =
            with_working_flags({{program, request.settings.engine_flags}, std::move(*found.image)});
        log_step(format("events run in {}, by {}: {}", container.image.name, program, error.what()));
        return container;
      } catch (const Error& broken) {
        log_detail(broken.what());
      }
    }
  }
  return std::nullopt;
}

void log_container(const Container& container, const char* purpose) {
  log_detail(format("{} in {} {}, by {}", purpose, container.image.name, container.image.id,
                    container.engine.program));
}

std::string tagged(const std::string& repository, const std::string& tag) {
  return repository + ":" + tag;
}

// The repository and tag of AWS's image that runs the runtime.
std::pair<std::string, std::string> place_of_image(const Runtime& runtime) {
  const std::string registry = "public.ecr.aws/lambda/";
  switch (runtime.language) {
    case Language::python:
      return {registry + "python", runtime.version};
    case Language::nodejs:
      return {registry + "nodejs", runtime.version};
    case Language::provided:
      break;
  }
  // "provided.al2023"
  return {registry + "provided", runtime.name.substr(runtime.name.find('.') + 1)};
}

}  // namespace

std::vector<std::string> build_images(const Runtime& runtime, Architecture architecture) {
  const auto repository = "public.ecr.aws/sam/build-" + runtime.name;
  return {tagged(repository, std::string("latest-") + to_text(architecture)), repository};
}

std::vector<std::string> run_images(const Runtime& runtime, Architecture architecture) {
  const auto [repository, tag] = place_of_image(runtime);
  return {tagged(repository, tag + "-" + to_text(architecture)), tagged(repository, tag)};
}

std::vector<std::string> images_for(const BackendRequest& request) {
  auto names = is_staged_inside(request) ? staging_names(request) : std::vector<std::string>();
  const auto running = running_names(request);
  names.insert(names.end(), running.begin(), running.end());
  return names;
}

Backend choose_backend(const BackendRequest& request) {
  if (request.settings.backend == BackendChoice::host) return {};
  if (!is_staged_inside(request) && !request.with_events) return {};
  std::optional<Error> failure;
  auto state = EngineState::broken;
  const auto programs = installed_engines();
  std::vector<Offer> offers(programs.size());
  parallel_for(programs.size(), static_cast<unsigned>(programs.size()),
               [&](std::size_t i) { offers[i] = ask(programs[i], request); });
  for (auto& offer : offers) {
    if (!offer.failure) {
      try {
        auto backend = backend_of(offer, request.settings.engine_flags);
        if (backend.staging) log_container(*backend.staging, "staging");
        if (backend.running) {
          log_container(*backend.running, "events");
        } else if (request.with_events) {
          log_step(
              format("events run on this machine: a container of {} cannot be in the network of "
                     "[[sandbox.service]], unless root's podman starts it",
                     offer.program));
        }
        return backend;
      } catch (const Error& error) {
        offer.failure = error;
      }
    }
    // A working engine knows better what is wrong than an engine that does not work.
    if (!failure || offer.state > state) failure = std::move(offer.failure);
    state = std::max(state, offer.state);
  }
  if (!failure) {
    failure = Error("start", "a container", "neither docker nor podman is installed",
                    "install one, as `apt-get install podman` does, or set backend = \"host\" in [stage]");
  }
  if (request.settings.backend == BackendChoice::container) throw *failure;
  // A user who named an image wants it to be used. For others it is no news that there is none.
  const auto reason = format("no container is used: {}", failure->what());
  if (request.settings.image) {
    log_step(reason);
  } else {
    log_detail(reason);
  }
  Backend backend;
  if (request.with_events) backend.running = other_sandbox(request, programs);
  backend.bubblewrap_forbidden = backend.running.has_value();
  return backend;
}

}  // namespace lbundle
