// Packages that make a handler of a web application: they show the form of its events.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "init/found.hpp"
#include "init/source_facts.hpp"

namespace lbundle::init {

struct EventAdapter {
  std::vector<std::string> imports;  // "mangum", or with a name taken from it: "a.b:Resolver"
  Trigger event = Trigger::direct;
};

// What starts a function whose module has these imports, as far as an adapter among them shows it. `file` is
// the module's name for the reason: "app.py, line 2, imports mangum".
std::optional<Fact<Start>> start_by_adapter(const std::vector<SourceFacts::Import>& imports,
                                            const std::string& file);

// The entries of such a file (rules/event-adapters.toml). Throws Error with the place of a mistake.
std::vector<EventAdapter> parse_event_adapters(const std::string& file, const std::string& text);

}  // namespace lbundle::init
