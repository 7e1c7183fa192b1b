// What `lbundle init` found out about a function, and where each fact came from.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "json/json.hpp"
#include "model/host_path.hpp"

namespace lbundle::init {

// A value and the words that say where it came from: "template.yaml, Globals", "app.py, line 3".
template <typename Value>
struct Fact {
  Value value;
  std::string from;
};
using Text = Fact<std::string>;

// What starts the function. `direct`: its own caller does, with an event of any form.
enum class Trigger { direct, api_v1, api_v2, alb, s3, sqs, sns, event_bridge, schedule, dynamodb, kinesis };

// What starts the function, and for an API the route.
struct Start {
  Trigger trigger = Trigger::direct;
  std::string method, path;  // "GET", "/orders/{id}"; empty if not known
};

// An environment variable of the function.
struct Variable {
  std::string name;
  std::optional<std::string> value;  // nothing if it is not a literal
  std::string from;
  std::string why_none;  // without a value: what is in its place, "!Ref Table"
  bool needed = true;    // false: the code does without it
};

// A layer, as a description names it.
struct NamedLayer {
  std::string text;  // an ARN, or a name
  HostPath path;     // of a folder or zip; empty if not known
  std::string from;
};

// A file or folder that is bundled at another place than its own.
struct Placed {
  HostPath path;   // absolute
  std::string to;  // relative to the bundle's root; "." is the root
  std::string from;
};

// The file that lists the dependencies.
struct Requirements {
  HostPath file;  // absolute; empty: none
  std::string from;
  std::string text;  // its content if init has to write it, from a Dockerfile
};

// One function, as one description has it: a template, serverless.yml, a Dockerfile and so on. What is not
// literal is left out.
struct Described {
  std::string name;  // "OrdersFunction"; empty if the description has none
  std::string from;  // "template.yaml, OrdersFunction"
  std::optional<Text> handler, runtime, architecture, region;
  std::optional<Fact<int>> memory, timeout;  // MB, seconds
  HostPath code;                             // the folder that becomes the bundle's root, absolute
  std::vector<Variable> environment;
  std::vector<NamedLayer> layers;
  std::optional<Fact<Start>> start;
  std::vector<Fact<std::string>> patterns;  // globs of package.patterns; "!" in front leaves files out
  std::vector<Placed> copies;               // of a Dockerfile; empty: it has none, or copies everything
  std::optional<Requirements> requirements;
  std::vector<Text> extras, groups;
  std::vector<std::string> notes;  // what was found and could not be used, a sentence each
};

// One file or folder of the function's own code.
struct OwnPart {
  std::string path;        // relative to the bundle's root: "shop"
  bool is_folder = false;  // all of the folder
  std::string why;         // "app.py, line 2, imports it"
};

// The sample events of the function: files that are there, or a skeleton that init writes.
struct Samples {
  std::vector<HostPath> files;  // there already
  std::string from;
  HostPath skeleton;  // what init writes; empty if `files` has some
  std::string text;   // its content
};

// All that is known when the project file is written.
struct Found {
  HostPath folder;  // of the project file
  HostPath code;    // the bundle's root
  Text name, handler, runtime;
  Described described;  // the rest of what a description says
  std::vector<OwnPart> own;
  Requirements requirements;
  std::vector<Text> extras, groups;
  std::vector<Variable> environment;  // the description's, and what the code reads
  std::optional<Text> preinstalled;   // "runtime"
  std::vector<Text> services;         // "s3", from "app.py, line 4"
  std::vector<Text> mounts;           // paths that the code names below /mnt
  Fact<Start> start;
  Samples samples;
  std::vector<std::string> notes;
};

// Who starts the function: "SQS", "a schedule".
const char* to_text(Trigger trigger);

// What the skeleton of an event is: "a sample to fill in, as S3 sends it".
std::string sample_of(Trigger trigger);

// A layer's short name: "tools:7" of an ARN, a name, or a path relative to `folder`.
std::string name_of(const NamedLayer& layer, const HostPath& folder);

// The path relative to `folder`, as messages and the project file have it: "src/app.py", "../events".
std::string shown(const HostPath& path, const HostPath& folder);

}  // namespace lbundle::init
