#pragma once

#include <functional>

#include <sys/types.h>

namespace lbundle::tracer {

/// The signals that are passed on to the command's first process.
inline constexpr int passed_on[] = {1, 2, 3, 10, 12, 15};  // HUP INT QUIT USR1 USR2 TERM, signal(7)

/// The signal by which the tracing process learns that its guardian is gone.
extern const int guardian_is_gone;

/// Runs `trace` in a process of its own and guards it. `trace` returns how this program is to end, as a wait
/// status; so does guard().
///
/// Whichever of the two processes is killed, the other one ends all that the command has started: the tracing
/// process gets the signal guardian_is_gone, and the guardian adopts what a killed tracing process leaves
/// behind. Throws TraceError if the tracing process was killed, or could not be started.
int guard(const std::function<int()>& trace);

/// Whether the guardian lives. For the tracing process.
bool is_guarded();

/// To be called by the tracing process once the command's process is forked: takes it out of the session, so
/// that no signal of the terminal or to the process group reaches it, and lets go of the standard streams and
/// other descriptors that it shares with the command; stderr is kept, for messages.
void leave_session();

}  // namespace lbundle::tracer
