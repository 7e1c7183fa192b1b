// Small readings that several descriptions need.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "init/found.hpp"

namespace lbundle::init {

// The number that the text is; nothing if it is none.
std::optional<Fact<int>> number_in(const Text& text);

// Adds a variable, or puts it in the place of one of the same name.
void set_variable(std::vector<Variable>& variables, Variable variable);

// The path without a slash or a dot at its end.
HostPath without_slash(const HostPath& path);

// The text between the bracket at `open` and the one that closes it, without both. Brackets in quotes do not
// count. Everything to the end if none closes it.
std::string_view inside_brackets(std::string_view text, std::size_t open);

// The number of the line of position `at`, from 1.
int line_of(std::string_view text, std::size_t at);

// The literal in quotes after `key` and "=" or ":", which stands directly in `block` or at any depth. Nothing
// if the value is not one literal.
std::optional<std::string> literal_after(const std::string& block, const std::string& key);
// The number after `key`.
std::optional<int> number_after(const std::string& block, const std::string& key);

}  // namespace lbundle::init
