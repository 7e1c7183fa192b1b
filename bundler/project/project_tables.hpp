// Reads the tables of the project file, each into the part of Project that it fills.
#pragma once

#include "project/project.hpp"
#include "project/toml_document.hpp"

namespace lbundle {

// `folder` is the folder of the project file; paths in the file are relative to it. All functions throw like
// read_project.
// If `with_command`, [stage] has a command that may make files, so `source` need not match yet.
Function read_function(const TomlTable& table, const HostPath& folder, bool with_command);
std::vector<PlacedSource> read_placed_sources(const std::vector<TomlTable>& tables, const HostPath& folder,
                                              bool with_command);
std::map<std::string, std::string> read_environment(const TomlDocument& document, const TomlNode& table);
std::vector<Event> read_events(const std::vector<TomlTable>& tables, const HostPath& folder);
// All of [stage] but `preinstalled`.
StageSettings read_stage(const TomlTable& table);
// `deployment` has the defaults of the limits.
Sandbox read_sandbox(const TomlTable& table, const HostPath& folder, const Deployment& deployment);
std::vector<Layer> read_layers(const std::vector<TomlTable>& tables, const HostPath& folder);
Trace read_trace(const TomlTable& table);
// The globs of `key`, each with its place.
std::vector<UserGlob> read_user_globs(const TomlTable& table, std::string_view key);
Prune read_prune(const TomlTable& table);
Shrink read_shrink(const TomlTable& table);
Limits read_limits(const TomlTable& table);
Budget read_budget(const TomlTable& table);

}  // namespace lbundle
