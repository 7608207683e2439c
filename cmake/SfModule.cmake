# SPDX-License-Identifier: MIT
# sf_module(NAME LAYER n [USES module...] [PACKAGES target...]) declares one module of the graph.
#
# The module's sources are src/NAME/*.cpp, its public headers include/sniperforge/NAME/. USES are the
# modules it may include; scripts/check_layers.py reads the same declarations and enforces them.
# A module without sources is a header-only (INTERFACE) library.
set(SF_MODULES "" CACHE INTERNAL "modules in declaration order")

function(sf_module name)
  cmake_parse_arguments(M "" "LAYER" "USES;PACKAGES" ${ARGN})
  if(M_UNPARSED_ARGUMENTS OR NOT DEFINED M_LAYER)
    message(FATAL_ERROR "sf_module(${name}): expected LAYER n [USES ...] [PACKAGES ...], got '${ARGN}'")
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${name}/*.cpp")
  list(FILTER sources EXCLUDE REGEX "/src/app/main\\.cpp$")
  set(links sf_compiler fmt::fmt)
  foreach(used IN LISTS M_USES)
    list(APPEND links sf_${used})
  endforeach()
  if(sources)
    add_library(sf_${name} STATIC ${sources})
    target_include_directories(sf_${name} PUBLIC "${PROJECT_SOURCE_DIR}/include"
                                          PRIVATE "${PROJECT_SOURCE_DIR}/src")
    target_link_libraries(sf_${name} PUBLIC ${links} PRIVATE ${M_PACKAGES})
    sf_unity(sf_${name})
    target_compile_options(sf_${name} PRIVATE ${SF_MODULE_OPTIONS})
    if("simdjson::simdjson" IN_LIST M_PACKAGES)
      sf_use_pch(sf_${name} sf_pch_json_modules)
    else()
      sf_use_pch(sf_${name} sf_pch_modules)
    endif()
  else()
    add_library(sf_${name} INTERFACE)
    target_include_directories(sf_${name} INTERFACE "${PROJECT_SOURCE_DIR}/include")
    target_link_libraries(sf_${name} INTERFACE ${links} ${M_PACKAGES})
  endif()
  set(SF_MODULES ${SF_MODULES} ${name} CACHE INTERNAL "modules in declaration order")
endfunction()
