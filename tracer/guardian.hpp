#pragma once

#include <functional>

#include <sys/types.h>

namespace lbundle::tracer {

/// The signals that are passed on to the command's first process.
inline constexpr int passed_on[] = {1, 2, 3, 10, 12, 15};  // HUP INT QUIT USR1 USR2 TERM, signal(7)

/// The signal that says to the tracing process that its guardian is gone.
extern const int guardian_is_gone;

/// Runs `trace` in a process of its own and guards it. `trace` returns how this program is to end, as a wait
/// status; so does guard().
///
/// If either of the two processes is killed, the other one ends all processes that the command has started.
/// The tracing process gets the signal guardian_is_gone; the guardian adopts the orphans of a killed tracing
/// process. Throws TraceError if the tracing process was killed, or could not be started.
int guard(const std::function<int()>& trace);

/// True if the guardian is alive. To be called by the tracing process.
bool is_guarded();

/// Takes the tracing process out of the session, so that no signal from the terminal or to the process group
/// reaches it. Also closes the standard streams and other descriptors that it shares with the command; stderr
/// is kept for messages. To be called by the tracing process once the command's process is forked.
void leave_session();

}  // namespace lbundle::tracer
