# SPDX-License-Identifier: MIT
# Writes the unit that holds the dashboard's files: cmake -DLIST=... -DUNIT=... -DHAS_CHARTS=0|1 -P this.
file(STRINGS "${LIST}" lines)
set(arrays "")
set(rows "")
set(number 0)
foreach(line IN LISTS lines)
  # Semicolons of a content type are no separators here: they are put back below.
  string(REPLACE ";" "@" line "${line}")
  string(REPLACE "|" ";" fields "${line}")
  list(POP_FRONT fields path type)
  string(REPLACE "@" ";" type "${type}")
  set(hex "")
  foreach(file IN LISTS fields)
    file(READ "${file}" part HEX)
    if(hex)
      string(APPEND hex "0a")
    endif()
    string(APPEND hex "${part}")
  endforeach()
  # The hash of what is served, for its ETag: of the bytes' own text, which changes whenever they do.
  string(SHA256 hash "${hex}")
  string(LENGTH "${hex}" length)
  math(EXPR length "${length} / 2")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(APPEND arrays "constexpr unsigned char kBytes${number}[] = {${bytes}};\n")
  string(APPEND rows "    DashboardFile{\"${path}\", \"${type}\", \"\\\"${hash}\\\"\",\n"
                     "                  bytes_of(kBytes${number})},\n")
  math(EXPR number "${number} + 1")
endforeach()
if(HAS_CHARTS)
  set(has_charts true)
else()
  set(has_charts false)
endif()
file(WRITE "${UNIT}" "// Made by cmake/embed_dashboard.cmake.
#include \"ops/dashboard_bytes.hpp\"

namespace sniperforge::ops {
namespace {
${arrays}
template <std::size_t N>
[[nodiscard]] std::string_view bytes_of(const unsigned char (&bytes)[N]) {
    return {reinterpret_cast<const char*>(bytes), N};
}
}  // namespace

std::span<const DashboardFile> embedded_dashboard_files() {
    static const DashboardFile files[] = {
${rows}    };
    return files;
}
bool has_embedded_charts() { return ${has_charts}; }

}  // namespace sniperforge::ops
")
