# SPDX-License-Identifier: MIT
# test_fuzz_replay: every corpus file through its target, with any compiler and without a fuzzer.
# Each target is compiled under a name of its own; the list of names is written for the test.
include("${CMAKE_CURRENT_LIST_DIR}/Targets.cmake")
set(sf_fuzz_list "${CMAKE_CURRENT_BINARY_DIR}/fuzz_replay/fuzz_targets.inc")
set(sf_fuzz_lines "")
foreach(source IN LISTS SF_FUZZ_SOURCES)
  get_filename_component(name "${source}" NAME_WE)
  set_source_files_properties("${source}" PROPERTIES COMPILE_DEFINITIONS "SF_FUZZ_ENTRY=${name}")
  string(APPEND sf_fuzz_lines "SF_FUZZ_NAME(${name})\n")
endforeach()
file(CONFIGURE OUTPUT "${sf_fuzz_list}" CONTENT "${sf_fuzz_lines}")

add_executable(test_fuzz_replay unit/fuzz/fuzz_replay_test.cpp ${SF_FUZZ_SOURCES})
target_include_directories(test_fuzz_replay PRIVATE "${CMAKE_CURRENT_BINARY_DIR}/fuzz_replay")
target_compile_definitions(test_fuzz_replay PRIVATE SF_FUZZ_CORPUS="${SF_FUZZ_CORPUS}")
target_link_libraries(test_fuzz_replay PRIVATE ${SF_FUZZ_LIBRARIES} sf_test_support GTest::gtest
                                               GTest::gtest_main)
sf_use_pch(test_fuzz_replay sf_pch_tests)
add_test(NAME fuzz_replay COMMAND test_fuzz_replay)
