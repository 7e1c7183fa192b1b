#include "init/function_choice.hpp"

#include <algorithm>

#include "model/error.hpp"
#include "model/suggestion.hpp"
#include "model/text.hpp"

namespace lbundle::init {

namespace {

std::string names_of(const std::vector<Described>& functions) {
  std::string names;
  for (const auto& each : functions)
    names += format("  {:<24} {}\n", each.name, each.handler ? each.handler->value : each.from);
  return names;
}

HostPath own_folder(const Described& function, const std::vector<Described>& functions,
                    const HostPath& folder) {
  const auto share = std::ranges::count(functions, function.code, &Described::code);
  if (share == 1 && function.code != folder) return function.code;
  return folder / "lbundle" / function_name(function.name);
}

}  // namespace

ChosenFunction choose_function(const std::vector<Described>& functions, const std::string& name,
                               const HostPath& folder) {
  if (functions.empty() && name.empty()) {
    Described none;
    none.code = folder;
    return {none, folder};
  }
  const bool several = functions.size() > 1;
  if (name.empty() && !several) return {functions.front(), folder};
  const auto file = functions.empty() ? folder.string()
                                      : functions.front().from.substr(0, functions.front().from.find(','));
  if (name.empty())
    throw Error(
        "choose a function of", file, format("it has {}", functions.size()),
        format("name one: `lbundle init --function {}`; each gets a project file in a folder of its own",
               functions.front().name))
        .with_detail(names_of(functions))
        .with_status(ExitStatus::wrong_usage);
  const auto found = std::ranges::find(functions, name, &Described::name);
  if (found != functions.end()) return {*found, several ? own_folder(*found, functions, folder) : folder};
  std::vector<std::string_view> known;
  for (const auto& each : functions) known.emplace_back(each.name);
  const auto near = nearest_name(name, known);
  throw Error("find the function", name, file + " has no function of that name",
              near.empty() ? "" : format("did you mean '{}'?", near))
      .with_detail(names_of(functions))
      .with_status(ExitStatus::wrong_usage);
}

std::string function_name(const std::string& text) {
  // The last part of a scoped npm package: "@shop/orders".
  auto name = text.substr(text.rfind('/') + 1);
  for (auto& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-' && c != '_') c = '-';
  const auto begin = std::min(name.find_first_not_of('-'), name.size());
  name = name.substr(begin, 64);
  return name.empty() ? "function" : name;
}

}  // namespace lbundle::init
