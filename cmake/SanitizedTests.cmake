# SPDX-License-Identifier: MIT
# The tests that ./scripts/test repeats under sanitizers: everything that handles money, wire bytes or
# the network. Included by tests/CMakeLists.txt after the tests are declared. The rest (the simulated
# cluster, the whole daemon against it, configuration, reports) runs under them in ./scripts/test_all:
# compiling it twice would take the set-up of ./scripts/test beyond ten minutes on two cores.
add_custom_target(sanitized_tests)

set(sf_sanitized_tests)
foreach(module IN ITEMS core solana net dex rpc feed signer risk execute portfolio)
  list(APPEND sf_sanitized_tests unit_${module})
endforeach()
foreach(name IN LISTS sf_sanitized_tests)
  if(TARGET test_${name})
    add_dependencies(sanitized_tests test_${name})
    set_property(TEST ${name} APPEND PROPERTY LABELS sanitized)
  endif()
endforeach()
