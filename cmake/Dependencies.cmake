# SPDX-License-Identifier: MIT
# Every outside package, found here and nowhere else. A missing or too old one is named with the
# Debian package that provides it. docs/dependencies.md says what each is for and which module owns it.

# sf_find(NAME FLOOR DEBIAN_PACKAGE PURPOSE [MODE]): finds any version, then compares it with the
# floor itself: the packages' own version files differ (simdjson 3.12 refuses a request for 3.0,
# fmt 9 refuses one for 8).
macro(sf_find name floor debian_package purpose)
  find_package(${name} QUIET)
  string(TOUPPER "${name}" upper_name)
  set(found_version "")
  foreach(variable IN ITEMS ${name}_VERSION ${upper_name}_VERSION ${upper_name}_VERSION_STRING)
    if(${variable} AND NOT found_version)
      set(found_version "${${variable}}")
    endif()
  endforeach()
  sf_require("${name}" "${${name}_FOUND}" "${found_version}" "${floor}" "${debian_package}" "${purpose}")
endmacro()

# The commands stand on indented lines, which CMake does not re-wrap, so that they can be copied.
function(sf_require name found version floor debian_package purpose)
  set(remedy "Install it:\n  apt install ${debian_package}\nor everything that is missing:\n  ./scripts/setup --tests")
  if(NOT found)
    message(FATAL_ERROR "${debian_package} is missing (${name} >= ${floor}: ${purpose}). ${remedy}")
  elseif(version AND version VERSION_LESS floor)
    message(FATAL_ERROR "${name} ${version} is too old (${debian_package}): ${purpose} needs >= ${floor}. ${remedy}")
  endif()
endfunction()

find_package(Threads REQUIRED)
sf_find(PkgConfig 0.29 pkg-config "to find libsodium and libzstd")
# CMake 3.30 removed its own FindBoost; Boost's package file is there from 1.70 on.
find_package(Boost 1.74 QUIET CONFIG)
if(NOT Boost_FOUND)
  find_package(Boost 1.74 QUIET MODULE)
endif()
sf_require(Boost "${Boost_FOUND}" "${Boost_VERSION_STRING}" 1.74 libboost1.81-dev "Asio, Beast, Lockfree, Container")
sf_find(OpenSSL 3.0 libssl-dev "TLS")
sf_find(simdjson 1.0 libsimdjson-dev "JSON")
sf_find(fmt 8.1 libfmt-dev "text formatting")
sf_find(spdlog 1.9 libspdlog-dev "logging")
sf_find(yaml-cpp 0.7 libyaml-cpp-dev "configuration")
sf_find(CLI11 2.1 libcli11-dev "command line")
sf_find(SQLite3 3.37 libsqlite3-dev "trade store")
sf_find(ZLIB 1.2 zlib1g-dev "recorded candles")
pkg_check_modules(SODIUM QUIET IMPORTED_TARGET libsodium)
sf_require(libsodium "${SODIUM_FOUND}" "${SODIUM_VERSION}" 1.0.18 libsodium-dev "ed25519, argon2id, secretbox")
pkg_check_modules(ZSTD QUIET IMPORTED_TARGET libzstd)
sf_require(libzstd "${ZSTD_FOUND}" "${ZSTD_VERSION}" 1.4 libzstd-dev "recordings of runs")

if(TARGET yaml-cpp::yaml-cpp)
  set(SF_YAML_CPP yaml-cpp::yaml-cpp)
else()
  set(SF_YAML_CPP yaml-cpp)  # The name before yaml-cpp 0.8.
endif()

if(SF_TESTS)
  sf_find(GTest 1.11 libgtest-dev "tests")
endif()
if(SF_BENCHES)
  sf_find(benchmark 1.6 libbenchmark-dev "benches")
endif()

# Asio, its TLS part and Beast compiled once (net's cost falls from 27 s to 16 s a unit).
add_library(sf_asio STATIC "${CMAKE_CURRENT_LIST_DIR}/asio.cpp")
target_compile_definitions(sf_asio PUBLIC
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
  BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=8)
target_link_libraries(sf_asio PUBLIC Boost::headers OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
