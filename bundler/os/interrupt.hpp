// Handles Ctrl-C and SIGTERM. They are noticed at safe points, so that unfinished work is undone and no
// process is left behind.
#pragma once

namespace lbundle {

// After this call SIGINT, SIGTERM and SIGHUP set a flag instead of ending the program. A second signal ends
// it at once. SIGPIPE is ignored.
void catch_interrupts();
// Throws Interrupted if a signal came. It is cheap; call it in every loop that may take long.
void check_interrupt();
// A descriptor for poll(). It is readable once a signal came.
int interrupt_fd();

}  // namespace lbundle
