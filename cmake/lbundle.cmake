# One library for each folder of bundler/, one test program for each folder of tests/unit/: adding a file needs no
# change here, adding a folder needs one line in the CMakeLists.txt beside it.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

add_library(lbundle_options INTERFACE)
# GCC 12 sees overlaps in std::string's operator+ that are not there (its bug 105651); fields that an initialiser leaves
# out have their defaults.
target_compile_options(lbundle_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -Wno-restrict
                                                   -Wno-missing-field-initializers)
# GCC takes a source that a unity source includes for a header. In a header, a field whose type is in an anonymous namespace is a
# mistake. The presets without unity sources keep this warning.
if(CMAKE_UNITY_BUILD)
  target_compile_options(lbundle_options INTERFACE -Wno-subobject-linkage)
endif()
if(LBUNDLE_SANITIZE)
  target_compile_options(lbundle_options INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all
                                                   -fno-omit-frame-pointer)
  target_link_options(lbundle_options INTERFACE -fsanitize=address,undefined)
endif()
if(LBUNDLE_FUZZ)
  target_compile_options(lbundle_options INTERFACE -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
                                                   -fno-omit-frame-pointer -Wno-error)
  target_link_options(lbundle_options INTERFACE -fsanitize=address,undefined)
endif()

# lbundle_precompiled(NAME [OPTIONS flag...] LINK target... HEADERS header...): precompiles headers that most sources of a kind include, which saves
# more than half of the time that a source takes. A target with the same flags uses them by `target_precompile_headers(TARGET
# REUSE_FROM NAME)`. A source still includes what it needs: `ci/includes` compiles each one without precompiled headers.
function(lbundle_precompiled name)
  cmake_parse_arguments(ARG "" "" "OPTIONS;LINK;HEADERS" ${ARGN})
  file(WRITE ${CMAKE_BINARY_DIR}/empty/${name}.cpp "")
  add_library(${name} OBJECT ${CMAKE_BINARY_DIR}/empty/${name}.cpp)
  target_link_libraries(${name} PRIVATE ${ARG_LINK} lbundle_options)
  target_compile_options(${name} PRIVATE ${ARG_OPTIONS})
  target_precompile_headers(${name} PRIVATE ${ARG_HEADERS})
endfunction()

# The headers that most sources include: of the standard library, and of the libraries behind model/ and json/.
set(LBUNDLE_HEADERS <algorithm> <array> <chrono> <cstdint> <functional> <map> <memory> <optional> <ranges> <set> <span> <string>
                    <string_view> <tuple> <unordered_map> <utility> <variant> <vector> <boost/filesystem.hpp> <nlohmann/json.hpp>
                    <spdlog/fmt/fmt.h>)

# The preset "release" compiles this many sources of a folder as one (CMAKE_UNITY_BUILD). So names in anonymous namespaces are unique
# in their folder. More would make the compilation after an edit slower, and would leave a core idle at the end.
set(CMAKE_UNITY_BUILD_BATCH_SIZE 8)

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
  # With CMAKE_VERIFY_INTERFACE_HEADER_SETS (preset "plain"), CMake compiles each of these headers by itself.
  if(ARG_SOURCES)  # the room at the top of bundler/
    file(GLOB headers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.hpp)
  else()
    file(GLOB headers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.hpp)
  endif()
  target_sources(lbundle_${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/bundler FILES ${headers})
  target_link_libraries(lbundle_${name} PUBLIC ${ARG_LINK} PRIVATE lbundle_options)
  target_precompile_headers(lbundle_${name} REUSE_FROM lbundle_headers)
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
