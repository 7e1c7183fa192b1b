// What a source of the function shows about it, in Python or JavaScript. Nothing of it is run.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "json/json.hpp"
#include "model/host_path.hpp"
#include "python/interpreter.hpp"

namespace lbundle::init {

struct SourceFacts {
  struct Import {
    std::string name;  // "shop.orders", ".words"; of JavaScript: "./words", "@aws-sdk/client-s3"
    std::vector<std::string> taken;  // names taken from it
    int line = 0;
  };
  struct Function {
    std::string name;
    int line = 0;
    std::optional<std::vector<std::string>> parameters;  // nothing: a name that something else is bound to
  };
  struct Variable {
    std::string name;
    int line = 0;
    bool needed = false;  // the code fails without it
    std::optional<std::string> value;
  };

  struct Route {
    std::string method, path;
    int line = 0;
  };

  std::vector<Import> imports;
  std::set<std::string> standard;                  // first parts of imported names that the language brings
  std::vector<std::pair<std::string, int>> texts;  // constants that could name a file or folder, with lines
  std::vector<std::pair<std::string, int>>
      names;                        // of Python: constants that could name a module, with lines
  std::vector<Function> functions;  // that another program could call
  std::vector<std::pair<std::string, int>> clients;  // services of AWS, with lines
  std::vector<Variable> variables;
  // Of Python: the routes of a web application, as its framework writes them: "/items/<int:item>".
  std::vector<Route> routes;
  // By function: what it reads of its event. The form of a node is in lbundle_scripts/event_reads.py.
  Json reads = Json::object();
  std::string only_text;  // why the source was only searched as plain text: "line 3: invalid syntax"
};

// Reads sources once, and remembers what they show.
class CodeReader {
 public:
  // Without an interpreter, Python sources are searched as plain text. All own sources are below `root`.
  CodeReader(std::optional<Interpreter> python, HostPath root)
      : python_(std::move(python)), root_(std::move(root)) {}

  // Reads these files together, which is faster than one at a time.
  void read(const std::vector<HostPath>& files);
  // The facts of one file; the reference stays valid. Those of a file in another language are empty.
  const SourceFacts& of(const HostPath& file);

 private:
  void read_python(const std::vector<HostPath>& files);

  std::optional<Interpreter> python_;
  HostPath root_;
  std::map<HostPath, SourceFacts> known_;
};

bool is_python(const HostPath& file);
bool is_javascript(const HostPath& file);

// Searches a source as plain text.
SourceFacts search_python_text(const std::string& source);
SourceFacts search_javascript_text(const std::string& source);

}  // namespace lbundle::init
