# SPDX-License-Identifier: MIT
# The fuzz targets: every tests/fuzz/fuzz_<name>.cpp, with its seeds in tests/fuzz/corpus/<name>/.
file(GLOB SF_FUZZ_SOURCES CONFIGURE_DEPENDS "${CMAKE_CURRENT_LIST_DIR}/fuzz_*.cpp")
set(SF_FUZZ_CORPUS "${CMAKE_CURRENT_LIST_DIR}/corpus")
set(SF_FUZZ_LIBRARIES sf_core sf_solana)
