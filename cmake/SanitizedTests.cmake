# SPDX-License-Identifier: MIT
# How ./scripts/test divides the tests: those of the modules that handle money, wire bytes or the
# network and the fuzzers' corpora run under sanitizers (target sanitized_tests, label sanitized), the
# rest without (target plain_tests).
# Compiling both sets twice would take its set-up beyond ten minutes on two cores; ./scripts/test_all
# does, and runs the whole daemon under them too.
set(SF_SANITIZED_MODULES core solana net dex rpc feed signer risk execute portfolio)

# Labels the tests of those modules. In the directory that declared them.
function(sf_label_sanitized_tests)
  foreach(module IN LISTS SF_SANITIZED_MODULES)
    if(TARGET test_unit_${module})
      set_property(TEST unit_${module} APPEND PROPERTY LABELS sanitized)
    endif()
  endforeach()
  set_property(TEST fuzz_replay APPEND PROPERTY LABELS sanitized)
endfunction()

# The two targets, over the programs declared so far.
function(sf_divide_tests)
  add_custom_target(sanitized_tests)
  add_custom_target(plain_tests)
  add_dependencies(plain_tests sniperforge)
  set(directories tests tests/soak)
  if(SF_BENCHES)
    list(APPEND directories bench)
  endif()
  foreach(directory IN LISTS directories)
    get_property(targets DIRECTORY "${PROJECT_SOURCE_DIR}/${directory}" PROPERTY BUILDSYSTEM_TARGETS)
    foreach(target IN LISTS targets)
      string(REGEX REPLACE "^test_unit_" "" module "${target}")
      get_target_property(type ${target} TYPE)
      if(NOT type STREQUAL "EXECUTABLE")
        continue()
      elseif((target MATCHES "^test_unit_" AND module IN_LIST SF_SANITIZED_MODULES)
             OR target STREQUAL "test_fuzz_replay")
        add_dependencies(sanitized_tests ${target})
      else()
        add_dependencies(plain_tests ${target})
      endif()
    endforeach()
  endforeach()
endfunction()
