// The command line: argv and streams in, exit status out.
#pragma once

namespace lbundle::cli {

// Runs one command. The only place that catches errors: they are printed to stderr in the form of
// model/error.hpp. Returns the exit status; a run that a signal interrupted ends by that signal once
// everything is tidied.
int run(int argc, char** argv);

}  // namespace lbundle::cli
