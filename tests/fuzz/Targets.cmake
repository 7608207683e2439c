# SPDX-License-Identifier: MIT
# The fuzz targets: every tests/fuzz/fuzz_<name>.cpp, with its seeds in tests/fuzz/corpus/<name>/.
file(GLOB SF_FUZZ_SOURCES CONFIGURE_DEPENDS "${CMAKE_CURRENT_LIST_DIR}/fuzz_*.cpp")
set(SF_FUZZ_CORPUS "${CMAKE_CURRENT_LIST_DIR}/corpus")
# Targets reach what is private to a module, as the unit tests do.
if(NOT TARGET sf_fuzz_private)
  add_library(sf_fuzz_private INTERFACE)
  target_include_directories(sf_fuzz_private INTERFACE "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(sf_fuzz_private INTERFACE simdjson::simdjson)
endif()
# The decode command's reader without the rest of app.
if(NOT TARGET sf_fuzz_app)
  add_library(sf_fuzz_app STATIC "${PROJECT_SOURCE_DIR}/src/app/decode_transaction_file.cpp"
                                 "${PROJECT_SOURCE_DIR}/src/app/decode_transaction_object.cpp")
  target_link_libraries(sf_fuzz_app PUBLIC sf_solana sf_fuzz_private PRIVATE sf_compiler)
endif()
set(SF_FUZZ_LIBRARIES sf_fuzz_app sf_core sf_solana sf_net sf_rpc sf_dex sf_signer sf_execute sf_ops
                      sf_fuzz_private)
