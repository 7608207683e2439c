# SPDX-License-Identifier: MIT
# What `cmake --install` and the .deb of scripts/package have. The package's files are in packaging/;
# those that must be compressed, or name the version, are made in build/PRESET/packaging.
set(SF_PACKAGING "${PROJECT_SOURCE_DIR}/packaging")
set(SF_PACKAGING_MADE "${PROJECT_BINARY_DIR}/packaging")

# The number of commits makes each package newer than those before it.
function(sf_git_answer variable default)
  execute_process(COMMAND git -C "${PROJECT_SOURCE_DIR}" ${ARGN} OUTPUT_VARIABLE answer
                  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE code)
  if(NOT code EQUAL 0 OR answer STREQUAL "")
    set(answer "${default}")
  endif()
  set(${variable} "${answer}" PARENT_SCOPE)
endfunction()
sf_git_answer(commits "0" rev-list --count HEAD)
sf_git_answer(commit_date "Thu, 01 Jan 1970 00:00:00 +0000" log -1 --format=%cD)
set(SF_PACKAGE_VERSION "${PROJECT_VERSION}+${commits}" CACHE STRING "Version of the .deb" FORCE)
set(SF_PACKAGE_MAINTAINER "The SniperForge authors <maintainers@sniperforge.invalid>" CACHE STRING
    "Maintainer of the .deb: who you ask about this very file")

function(sf_compressed source name)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${source}")
  file(MAKE_DIRECTORY "${SF_PACKAGING_MADE}")
  execute_process(COMMAND gzip --best --no-name --stdout "${source}"
                  OUTPUT_FILE "${SF_PACKAGING_MADE}/${name}" COMMAND_ERROR_IS_FATAL ANY)
endfunction()
file(WRITE "${SF_PACKAGING_MADE}/changelog" "sniperforge (${SF_PACKAGE_VERSION}) unstable; urgency=medium

  * What is new: NEWS.gz beside this file.

 -- ${SF_PACKAGE_MAINTAINER}  ${commit_date}
")
sf_compressed("${SF_PACKAGING_MADE}/changelog" changelog.gz)
sf_compressed("${PROJECT_SOURCE_DIR}/CHANGELOG.md" NEWS.gz)

# The man page and the completions are the program's own words, so that they are made with it.
function(sf_words name)
  add_custom_command(OUTPUT "${SF_PACKAGING_MADE}/${name}" DEPENDS sniperforge VERBATIM
                     COMMAND sniperforge ${ARGN} > "${SF_PACKAGING_MADE}/${name}")
  set_property(GLOBAL APPEND PROPERTY SF_WORDS "${SF_PACKAGING_MADE}/${name}")
endfunction()
sf_words(sniperforge.1 man-page)
sf_words(sniperforge.bash completion bash)
sf_words(_sniperforge completion zsh)
sf_words(sniperforge.fish completion fish)
add_custom_command(OUTPUT "${SF_PACKAGING_MADE}/sniperforge.1.gz" DEPENDS "${SF_PACKAGING_MADE}/sniperforge.1"
                   COMMAND gzip --best --no-name --keep --force "${SF_PACKAGING_MADE}/sniperforge.1" VERBATIM)
get_property(words GLOBAL PROPERTY SF_WORDS)
set(sf_words_always ALL)
if(SF_SANITIZE OR SF_FUZZ)  # Nobody installs those.
  set(sf_words_always "")
endif()
add_custom_target(sniperforge_words ${sf_words_always} DEPENDS ${words} "${SF_PACKAGING_MADE}/sniperforge.1.gz")

install(TARGETS sniperforge RUNTIME DESTINATION bin)
install(PROGRAMS "${SF_PACKAGING}/back-off" DESTINATION libexec/sniperforge)
install(FILES "${SF_PACKAGING}/sniperforge.service" DESTINATION lib/systemd/system)
install(FILES "${SF_PACKAGING}/sniperforge.sysusers" DESTINATION lib/sysusers.d RENAME sniperforge.conf)
install(FILES "${SF_PACKAGING}/sniperforge.tmpfiles" DESTINATION lib/tmpfiles.d RENAME sniperforge.conf)
install(FILES "${SF_PACKAGING}/sniperforge.default" DESTINATION /etc/default RENAME sniperforge)
# They may name nodes with their keys: postinst gives them to the daemon's group.
install(FILES config/sniperforge.yaml DESTINATION /etc/sniperforge
        PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ)
install(FILES "${SF_PACKAGING_MADE}/sniperforge.1.gz" DESTINATION share/man/man1)
install(FILES "${SF_PACKAGING_MADE}/sniperforge.bash" DESTINATION share/bash-completion/completions
        RENAME sniperforge)
install(FILES "${SF_PACKAGING_MADE}/_sniperforge" DESTINATION share/zsh/vendor-completions)
install(FILES "${SF_PACKAGING_MADE}/sniperforge.fish" DESTINATION share/fish/vendor_completions.d)
install(FILES "${SF_PACKAGING_MADE}/changelog.gz" "${SF_PACKAGING_MADE}/NEWS.gz"
              "${SF_PACKAGING}/debian/copyright" README.md SECURITY.md DESTINATION share/doc/sniperforge)
install(DIRECTORY docs/ DESTINATION share/doc/sniperforge FILES_MATCHING PATTERN "*.md")
install(DIRECTORY "${SF_PACKAGING}/examples" DESTINATION share/doc/sniperforge)

set(CPACK_GENERATOR DEB)
set(CPACK_SET_DESTDIR ON)  # Files of /etc are among them.
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS  # Whatever the umask.
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PACKAGE_NAME sniperforge)
set(CPACK_PACKAGE_VERSION "${SF_PACKAGE_VERSION}")
set(CPACK_PACKAGE_CONTACT "${SF_PACKAGE_MAINTAINER}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Watches pools of eight venues, decides, asks one risk gate, swaps, and accounts
for every lamport. Comes as a sandboxed systemd service that begins with its
own simulated cluster: it signs for real money only where its settings, a
wallet and a certificate of its drills say so.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "ca-certificates, passwd")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "systemd (>= 247)")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    "${SF_PACKAGING}/debian/conffiles;${SF_PACKAGING}/debian/postinst;${SF_PACKAGING}/debian/prerm;${SF_PACKAGING}/debian/postrm")
include(CPack)
