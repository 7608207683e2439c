# SPDX-License-Identifier: MIT
# Three quarters of a unit's compile time is the parsing of headers that nearly every unit includes.
# With SF_PCH they are parsed once for the modules, once with simdjson for the modules that read JSON,
# and once with simdjson and GoogleTest for the tests. The sources include what they use all the same:
# the presets without SF_PCH hold them to it.
option(SF_PCH "Precompiled standard headers: a cold build in two thirds of the time" ON)

set(sf_pch_headers <algorithm> <array> <chrono> <cstdint> <deque> <expected> <functional> <map>
  <memory> <optional> <span> <string> <string_view> <unordered_map> <variant> <vector> <fmt/format.h>)

# sf_pch_holder(NAME HEADER... LINKS TARGET...): a library without code that owns the compiled headers.
function(sf_pch_holder name)
  cmake_parse_arguments(H "" "" "LINKS;OPTIONS" ${ARGN})
  set(source "${PROJECT_BINARY_DIR}/${name}.cpp")
  file(CONFIGURE OUTPUT "${source}" CONTENT "// Holds precompiled headers.\n")
  add_library(${name} OBJECT "${source}")
  target_link_libraries(${name} PRIVATE sf_compiler fmt::fmt ${H_LINKS})
  target_compile_options(${name} PRIVATE ${H_OPTIONS})
  target_precompile_headers(${name} PRIVATE ${H_UNPARSED_ARGUMENTS})
endfunction()

# sf_use_pch(TARGET HOLDER): no effect without SF_PCH.
function(sf_use_pch target holder)
  if(SF_PCH)
    target_precompile_headers(${target} REUSE_FROM ${holder})
  endif()
endfunction()

if(SF_PCH)
  sf_pch_holder(sf_pch_modules ${sf_pch_headers} OPTIONS ${SF_MODULE_OPTIONS})
  sf_pch_holder(sf_pch_json_modules ${sf_pch_headers} <simdjson.h> LINKS simdjson::simdjson
                OPTIONS ${SF_MODULE_OPTIONS})
  if(SF_TESTS)
    sf_pch_holder(sf_pch_tests ${sf_pch_headers} <simdjson.h> <gtest/gtest.h>
                  LINKS simdjson::simdjson GTest::gtest)
  endif()
endif()
