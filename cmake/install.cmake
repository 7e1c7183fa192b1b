# `cmake --install`: the program, its tracer, the manual, the completions of shells, and the schema of the project file for editors. The
# program looks for the tracer in ../libexec/lbundle (bundler/sandbox/tracer_program.cpp).
include(GNUInstallDirs)

install(TARGETS lbundle RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS lbundle-trace RUNTIME DESTINATION libexec/lbundle)
install(FILES docs/lbundle.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES docs/lbundle.toml.5 DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
install(FILES docs/lbundle.schema.json DESTINATION ${CMAKE_INSTALL_DATADIR}/lbundle)

# The program prints its completions, so it cannot be cross-compiled for this.
if(NOT CMAKE_CROSSCOMPILING)
  install(CODE "
    foreach(shell bash fish zsh)
      execute_process(COMMAND \"$<TARGET_FILE:lbundle>\" completions \${shell} COMMAND_ERROR_IS_FATAL ANY
                      OUTPUT_FILE \"${CMAKE_BINARY_DIR}/completions.\${shell}\")
    endforeach()")
  install(FILES ${CMAKE_BINARY_DIR}/completions.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME lbundle)
  install(FILES ${CMAKE_BINARY_DIR}/completions.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d RENAME lbundle.fish)
  install(FILES ${CMAKE_BINARY_DIR}/completions.zsh DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions RENAME _lbundle)
endif()
