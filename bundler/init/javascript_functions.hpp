// The functions that a JavaScript module exports, and what they read of their events, as far as the plain
// text shows it.
#pragma once

#include <string>
#include <string_view>

#include "init/source_facts.hpp"

namespace lbundle::init {

// Adds the exported functions and what each reads of its event.
void add_functions(const std::string& source, SourceFacts& facts);

// What the source reads of the value that it names `name`: of its keys, of the items of its lists in loops,
// and of the JSON in its texts. The form is in lbundle_scripts/event_reads.py.
Json javascript_reads(const std::string& source, const std::string& name);

// What `{ word, times = 1, user: { id } }` reads of the value that is taken apart. `pattern` is the inside of
// the braces.
Json reads_of_pattern(std::string_view pattern);

}  // namespace lbundle::init
