// Ctrl-C and SIGTERM, seen at safe points, so that what was begun is undone and no process is left behind.
#pragma once

namespace lbundle {

// From here on SIGINT, SIGTERM and SIGHUP set a flag instead of ending the program; a second one ends it at
// once. SIGPIPE is ignored.
void catch_interrupts();
// Throws Interrupted if a signal came. Cheap; call it in every loop that may take long.
void check_interrupt();
// Readable once a signal came: for poll().
int interrupt_fd();

}  // namespace lbundle
