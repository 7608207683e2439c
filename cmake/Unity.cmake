# SPDX-License-Identifier: MIT
# Most of what a unit costs is its headers and the templates that it instantiates, so the units of one
# concept compile as one: those whose file names share the first two words, and of what is left those
# that share the first. Such units share their anonymous namespace: a name that two of them need is
# said once, or told apart. Presets without SF_UNITY compile each unit alone, and so prove that each
# includes what it uses.
option(SF_UNITY "Compile the units of one concept as one" ${SF_PCH})

# Files of a target that compile alone: their tables use the same names for different things.
set(sf_alone_sf_solana "token_program")
set(sf_alone_sf_dex "raydium_.*|.*_layout")
set(sf_alone_sf_sim "program_(system|pump_.*|pumpswap_.*|cpmm_.*)|market_prices|market_.*launches|market_pump_pool|\
genesis_pump|node_pubsub|chain_process")

function(sf_unity target)
  if(NOT SF_UNITY)
    return()
  endif()
  get_target_property(sources ${target} SOURCES)
  if(DEFINED sf_alone_${target})
    list(FILTER sources EXCLUDE REGEX "/(${sf_alone_${target}})\\.cpp$")
  endif()
  foreach(words IN ITEMS "^[a-z0-9]+_[a-z0-9]+" "^[a-z0-9]+")
    set(groups "")
    foreach(source IN LISTS sources)
      get_filename_component(name "${source}" NAME_WE)
      string(REGEX MATCH "${words}" group "${name}")
      if(group)
        list(APPEND groups ${group})
        list(APPEND members_${group} "${source}")
      endif()
    endforeach()
    list(REMOVE_DUPLICATES groups)
    foreach(group IN LISTS groups)
      list(LENGTH members_${group} count)
      if(count GREATER 1)
        set_source_files_properties(${members_${group}} PROPERTIES UNITY_GROUP ${group})
        list(REMOVE_ITEM sources ${members_${group}})
      endif()
      unset(members_${group})
    endforeach()
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  # Of a type in the anonymous namespace of a unit that is included here.
  target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
endfunction()
