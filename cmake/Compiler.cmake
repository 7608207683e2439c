# SPDX-License-Identifier: MIT
# Warnings, sanitizers, compiler cache and linker, in one interface target that every module links.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 12)
  message(FATAL_ERROR "g++ ${CMAKE_CXX_COMPILER_VERSION} is too old: std::expected needs g++ >= 12. "
                      "Debian and Ubuntu: apt install g++-12, then cmake -DCMAKE_CXX_COMPILER=g++-12")
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
  message(FATAL_ERROR "clang ${CMAKE_CXX_COMPILER_VERSION} cannot see std::expected of libstdc++ 12: "
                      "clang >= 19 is needed. Debian: apt install clang-19")
endif()

add_library(sf_compiler INTERFACE)
target_compile_options(sf_compiler INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
# Bounds checks of std::vector, span, optional and the like stay on in release: reading past an end
# must stop the daemon, not trade on what it finds there. simdjson's check for a value used after the
# reader moved on costs more, and is for the tests.
add_compile_definitions(_GLIBCXX_ASSERTIONS $<$<NOT:$<CONFIG:Release>>:SIMDJSON_DEVELOPMENT_CHECKS=1>)
# The daemon holds keys and reads untrusted bytes.
add_compile_options("$<$<CONFIG:Release>:-fstack-protector-strong;-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2>")
add_link_options(LINKER:-z,relro LINKER:-z,now)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports impossible overflows inside libstdc++ once it has inlined it (GCC bug 105329 and kin).
  target_compile_options(sf_compiler INTERFACE
    -Wno-error=stringop-overflow -Wno-error=stringop-overread -Wno-error=array-bounds
    -Wno-error=restrict -Wno-error=maybe-uninitialized -Wno-error=free-nonheap-object -Wno-error=dangling-pointer)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # libstdc++ 12's stable sorts call its own deprecated get_temporary_buffer, and clang says so where
  # they are used. What we call that is deprecated g++ tells.
  target_compile_options(sf_compiler INTERFACE -Wno-deprecated-declarations)
endif()
if(SF_SANITIZE)
  add_compile_options(-fsanitize=${SF_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${SF_SANITIZE})
  if(SF_SANITIZE MATCHES "undefined")
    # These four checks triple the compile time of the Asio units and find nothing the others miss.
    add_compile_options(-fno-sanitize=null,alignment,object-size,vptr)
  endif()
endif()
if(SF_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

find_program(SF_CCACHE ccache)
if(SF_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Paths relative to the checkout, so that a second clone finds what the first one compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env
    "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" "CCACHE_NOHASHDIR=1"
    "CCACHE_SLOPPINESS=pch_defines,time_macros" "${SF_CCACHE}")
endif()
find_program(SF_MOLD mold)
if(SF_MOLD AND NOT CMAKE_INTERPROCEDURAL_OPTIMIZATION)
  add_link_options(-fuse-ld=mold)
endif()
