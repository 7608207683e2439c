# SPDX-License-Identifier: MIT
# The dashboard's files become part of the program: one generated unit of sf_ops with the bytes, content
# type and hash of each. uPlot comes from npm (scripts/dashboard_packages), and nothing of it is in the
# tree: without it the page shows tables.
set(SF_UPLOT_DIR "${PROJECT_SOURCE_DIR}/build/dashboard_npm/node_modules/uplot" CACHE PATH
    "The uplot package that is embedded in the dashboard")

# Of uplot 1.6.32. The page holds a token that shows every position: what runs in it is what was read.
set(sf_uplot_files
    "dist/uPlot.iife.min.js|19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f"
    "dist/uPlot.min.css|df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04"
    "LICENSE|8f989229699b4fe2f1a0432d0e9edc338a8a911e250e2d1b01ecd770a5f5b1bd")

set(sf_dashboard_has_charts 1)
foreach(entry IN LISTS sf_uplot_files)
  string(REPLACE "|" ";" entry "${entry}")
  list(GET entry 0 name)
  list(GET entry 1 wanted)
  if(NOT EXISTS "${SF_UPLOT_DIR}/${name}")
    set(sf_dashboard_has_charts 0)
    continue()
  endif()
  file(SHA256 "${SF_UPLOT_DIR}/${name}" found)
  if(NOT found STREQUAL wanted)
    message(FATAL_ERROR "${SF_UPLOT_DIR}/${name} is not that of uplot 1.6.32: SHA-256 ${found}, expected "
                        "${wanted}. Remove build/dashboard_npm and run scripts/dashboard_packages.")
  endif()
endforeach()
if(NOT sf_dashboard_has_charts)
  message(STATUS "dashboard: tables in place of charts, uPlot is not at ${SF_UPLOT_DIR}; "
                 "scripts/dashboard_packages installs it, then configure again")
endif()

# One line a file: PATH|CONTENT TYPE|FILE|FILE..., of which all are joined.
set(sf_dashboard_sources "/licences.txt|text/plain; charset=utf-8|${PROJECT_SOURCE_DIR}/LICENSE")
if(sf_dashboard_has_charts)
  string(APPEND sf_dashboard_sources "|${SF_UPLOT_DIR}/LICENSE")
endif()
file(GLOB sf_dashboard_files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/dashboard/*.html"
     "${PROJECT_SOURCE_DIR}/dashboard/*.css" "${PROJECT_SOURCE_DIR}/dashboard/*.js")
set(sf_type_.html "text/html; charset=utf-8")
set(sf_type_.css "text/css; charset=utf-8")
set(sf_type_.js "text/javascript; charset=utf-8")
foreach(file IN LISTS sf_dashboard_files)
  get_filename_component(name "${file}" NAME)
  get_filename_component(extension "${file}" LAST_EXT)
  list(APPEND sf_dashboard_sources "/${name}|${sf_type_${extension}}|${file}")
endforeach()
if(sf_dashboard_has_charts)
  list(APPEND sf_dashboard_sources
       "/uplot.js|${sf_type_.js}|${SF_UPLOT_DIR}/dist/uPlot.iife.min.js"
       "/uplot.css|${sf_type_.css}|${SF_UPLOT_DIR}/dist/uPlot.min.css")
  list(APPEND sf_dashboard_files "${SF_UPLOT_DIR}/dist/uPlot.iife.min.js"
       "${SF_UPLOT_DIR}/dist/uPlot.min.css" "${SF_UPLOT_DIR}/LICENSE")
endif()

set(sf_dashboard_list "${PROJECT_BINARY_DIR}/dashboard/files.txt")
set(sf_dashboard_unit "${PROJECT_BINARY_DIR}/dashboard/dashboard_bytes.cpp")
string(REPLACE ";" "\n" sf_dashboard_text "${sf_dashboard_sources}")
# The types have a semicolon of their own, which was no separator.
string(REPLACE "\n charset" "; charset" sf_dashboard_text "${sf_dashboard_text}")
file(GENERATE OUTPUT "${sf_dashboard_list}" CONTENT "${sf_dashboard_text}\n")
add_custom_command(
  OUTPUT "${sf_dashboard_unit}"
  COMMAND "${CMAKE_COMMAND}" "-DLIST=${sf_dashboard_list}" "-DUNIT=${sf_dashboard_unit}"
          "-DHAS_CHARTS=${sf_dashboard_has_charts}" -P "${CMAKE_CURRENT_LIST_DIR}/embed_dashboard.cmake"
  DEPENDS "${sf_dashboard_list}" "${CMAKE_CURRENT_LIST_DIR}/embed_dashboard.cmake"
          "${PROJECT_SOURCE_DIR}/LICENSE" ${sf_dashboard_files}
  COMMENT "Embedding the dashboard" VERBATIM)
target_sources(sf_ops PRIVATE "${sf_dashboard_unit}")
set_source_files_properties("${sf_dashboard_unit}" PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON
                                                              SKIP_PRECOMPILE_HEADERS ON)
