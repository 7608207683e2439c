# SPDX-License-Identifier: MIT
# Most of what a unit costs is its headers and the templates that it instantiates, so the files of a
# target compile ten at a time, neighbours by name. Such files share their anonymous namespace: a name
# that two of them need is said once, or told apart; one file more moves those behind it into other units.
# Presets without SF_UNITY compile each file alone, and so prove that each includes what it uses.
option(SF_UNITY "Compile the files of a target ten at a time" ${SF_PCH})
set(sf_unity_files_max 10)

# Families of a target: files whose names match with the same text compile without the others, because
# the tables of two families use the same names for different things.
set(sf_families_sf_dex "^(describe|meteora_[a-z0-9]+|orca|pump_[a-z]+|raydium_[a-z0-9]+)(_.*layout$)?")
set(sf_families_test_unit_dex "^(meteora_[a-z0-9]+|orca|pump_[a-z]+|raydium_[a-z0-9]+|[a-z]+_property)")
set(sf_families_sf_sim "^(program_(cpmm|pump|pumpswap)_[a-z]+|program|market_pump|hostile|world)")

function(sf_unity target)
  if(NOT SF_UNITY)
    return()
  endif()
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    get_filename_component(name "${source}" NAME_WE)
    set(family common)
    if(DEFINED sf_families_${target} AND name MATCHES "${sf_families_${target}}")
      set(family "${CMAKE_MATCH_0}")
    endif()
    list(APPEND members_${family} "${source}")
    list(LENGTH members_${family} count)
    math(EXPR batch "(${count} - 1) / ${sf_unity_files_max}")
    set_source_files_properties("${source}" PROPERTIES UNITY_GROUP ${family}_${batch})
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  # Of a type in the anonymous namespace of a unit that is included here; only g++ has this warning.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
  endif()
endfunction()
