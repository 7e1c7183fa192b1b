#include "install/obtain_js_reader.hpp"

#include "install/npm_command.hpp"
#include "install/npm_tool.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "project/tool_pins.hpp"

namespace lbundle {

JsReader obtain_js_reader(const Store& store, unsigned jobs) {
  try {
    const auto& tool = tool_pins("acorn");
    const auto acorn = npm_tool(tool, store);
    JsParser parser{npm_folder(store) / "bin/node", acorn.folder / tool.program,
                    format("{} {}", acorn.package, acorn.version)};
    return {std::move(parser), "", store, jobs};
  } catch (const Error& error) {
    return {std::nullopt, error.what(), store, jobs};
  }
}

}  // namespace lbundle
