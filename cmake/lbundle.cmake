# One library for each folder of bundler/, one test program for each folder of tests/unit/: adding a file needs no
# change here, adding a folder needs one line in the CMakeLists.txt beside it.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

add_library(lbundle_options INTERFACE)
# GCC 12 sees overlaps in std::string's operator+ that are not there (its bug 105651); fields that an initialiser leaves
# out have their defaults.
target_compile_options(lbundle_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -Wno-restrict
                                                   -Wno-missing-field-initializers)
if(LBUNDLE_SANITIZE)
  target_compile_options(lbundle_options INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all
                                                   -fno-omit-frame-pointer)
  target_link_options(lbundle_options INTERFACE -fsanitize=address,undefined)
endif()

# lbundle_folder(NAME [LINK target...] [SOURCES file...]): the library lbundle_NAME from every source of the folder NAME, or
# from SOURCES.
function(lbundle_folder name)
  cmake_parse_arguments(ARG "" "" "LINK;SOURCES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp)
  if(ARG_SOURCES)
    set(sources ${ARG_SOURCES})
  endif()
  if(NOT sources)
    # CMake refuses a library without sources; a folder may consist of headers alone.
    file(WRITE ${CMAKE_BINARY_DIR}/empty/${name}.cpp "")
    set(sources ${CMAKE_BINARY_DIR}/empty/${name}.cpp)
  endif()
  add_library(lbundle_${name} STATIC ${sources})
  target_include_directories(lbundle_${name} PUBLIC ${PROJECT_SOURCE_DIR}/bundler)
  target_link_libraries(lbundle_${name} PUBLIC ${ARG_LINK} PRIVATE lbundle_options)
endfunction()

# lbundle_embed(TARGET NAME FILE...): a header `embedded/NAME.hpp` whose `embedded_NAME` is the list of the files'
# names and texts, so that the one binary needs no folder beside it.
function(lbundle_embed target name)
  set(header ${CMAKE_BINARY_DIR}/embedded/${name}.hpp)
  add_custom_command(
    OUTPUT ${header}
    COMMAND ${CMAKE_COMMAND} -DNAME=${name} -DHEADER=${header} "-DFILES=${ARGN}" -DROOT=${PROJECT_SOURCE_DIR}
            -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
    DEPENDS ${ARGN} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${header})
  target_include_directories(${target} PRIVATE ${CMAKE_BINARY_DIR})
endfunction()
