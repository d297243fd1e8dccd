# What others compile with: headers, and how pkg-config and CMake find them. (CMake does so wherever the prefix is moved to,
# pkg-config where it is told: --define-variable=prefix=DIR.)
include(CMakePackageConfigHelpers)

set(pages mihost-provider.pc)
if(TARGET mi_shared)
  list(APPEND pages mi.pc)
endif()
foreach(page IN LISTS pages)
  configure_file(cmake/${page}.in cmake/${page} @ONLY)
  install(FILES ${CMAKE_BINARY_DIR}/cmake/${page}
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT libmi-dev)
endforeach()

configure_package_config_file(cmake/mihostConfig.cmake.in ${CMAKE_BINARY_DIR}/cmake/mihostConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/mihost
  PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_LIBDIR)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/cmake/mihostConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/cmake/mihostConfig.cmake ${CMAKE_BINARY_DIR}/cmake/mihostConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/mihost COMPONENT libmi-dev)
install(DIRECTORY include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT libmi-dev
  FILES_MATCHING PATTERN "*.h")
