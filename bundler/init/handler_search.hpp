// Finds the handler: by the name that a description gives, or else by what the sources look like.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "init/found.hpp"
#include "init/source_facts.hpp"
#include "project/runtime.hpp"
#include "staging/own_files.hpp"

namespace lbundle::init {

struct Handler {
  Text setting;          // Lambda's Handler setting, relative to `code`: "shop.app.handler"
  HostPath code;         // the folder that becomes the bundle's root
  HostPath module;       // the file
  std::string function;  // in it
  Language language = Language::python;
};

// The file of the module that a Handler setting names below `code`. Throws Error that lists the places it
// looked at if there is none, and if the module is TypeScript, which Lambda does not run.
Handler named_handler(const Text& setting, const HostPath& code, Language language);

// The function in `files` that most looks like a handler: by its name, its parameters, its file's name and
// place. `language`: only sources in it count. Throws Error if no function looks like one, or if two are
// equally likely; the error lists what was looked at, and the way out.
Handler likely_handler(const HostPath& folder, const OwnFiles& files, std::optional<Language> language,
                       CodeReader& reader);

// True if any function in `files` looks like a handler.
bool has_likely_handler(const OwnFiles& files, std::optional<Language> language, CodeReader& reader);

// True for a path of tests, examples, documentation and tools, which are no part of a function.
bool is_beside_the_function(const BundlePath& path);

// The language that a Handler setting is in, as far as the files below `code` show it.
std::optional<Language> language_of(const std::string& setting, const HostPath& code);

}  // namespace lbundle::init
