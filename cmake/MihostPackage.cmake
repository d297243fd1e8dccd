# The Debian packages, by CPack: `./dev package` builds them. Each component of the installation is one:
#
#     mihost     the daemon, its agent, mihostctl, the providers that ship
#     libmi1     the library for clients
#     libmi-dev  what providers and clients are compiled with
#
# Maintainer scripts, changelog and copyright are in conf/debian/.
set(MIHOST_MAINTAINER "The mihost authors <mihost@packages.invalid>" CACHE STRING "Maintainer of the packages")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME mihost)
set(CPACK_PACKAGE_VENDOR mihost)
set(CPACK_PACKAGE_CONTACT ${MIHOST_MAINTAINER})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/compress.cmake)

set(CPACK_COMPONENTS_ALL mihost libmi-dev)
if(TARGET mi_shared)
  list(APPEND CPACK_COMPONENTS_ALL libmi1)
  set(libmi1_dependency "libmi1 (= ${PROJECT_VERSION})")
endif()
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_MIHOST_PACKAGE_NAME mihost)
set(CPACK_DEBIAN_MIHOST_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_MIHOST_PACKAGE_DEPENDS "systemd | systemd-standalone-sysusers | systemd-sysusers")
set(CPACK_COMPONENT_MIHOST_DESCRIPTION "host for management providers
mihost runs management providers, plugins written for the MI interface that is
known from OMI and WMI, out of process: each in an agent of its own, with the
identity of whoever asks. Clients ask over a Unix socket, in JSON-RPC; results
are streamed back, and an operation can be canceled inside its provider.

The package has the daemon, the command line mihostctl, and providers for
processes and for the space that folders take.")
set(CPACK_DEBIAN_MIHOST_PACKAGE_CONTROL_EXTRA ${PROJECT_SOURCE_DIR}/conf/debian/postinst
  ${PROJECT_SOURCE_DIR}/conf/debian/prerm ${PROJECT_SOURCE_DIR}/conf/debian/postrm
  ${CMAKE_BINARY_DIR}/conf/conffiles)

set(CPACK_DEBIAN_LIBMI1_PACKAGE_NAME libmi1)
set(CPACK_DEBIAN_LIBMI1_PACKAGE_SECTION libs)
file(WRITE ${CMAKE_BINARY_DIR}/conf/shlibs "libmi 1 libmi1 (>= ${PROJECT_VERSION})\n")
set(CPACK_DEBIAN_LIBMI1_PACKAGE_CONTROL_EXTRA ${CMAKE_BINARY_DIR}/conf/shlibs
  ${PROJECT_SOURCE_DIR}/conf/debian/triggers)
set(CPACK_COMPONENT_LIBMI1_DESCRIPTION "client library for management providers
The MI interface for programs that ask mihost for instances, methods and
classes: applications, sessions and operations of mi.h.")

set(CPACK_DEBIAN_LIBMI-DEV_PACKAGE_NAME libmi-dev)
set(CPACK_DEBIAN_LIBMI-DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_LIBMI-DEV_PACKAGE_DEPENDS "${libmi1_dependency}")
set(CPACK_COMPONENT_LIBMI-DEV_DESCRIPTION "headers for management providers and their clients
The header mi.h, with what pkg-config and CMake need to compile providers for
mihost, and programs that ask them.")

foreach(package IN LISTS CPACK_COMPONENTS_ALL)
  install(FILES ${PROJECT_SOURCE_DIR}/conf/debian/changelog ${PROJECT_SOURCE_DIR}/conf/debian/copyright
    DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package} COMPONENT ${package})
endforeach()

# The files below /etc are the administrator's: dpkg asks before it replaces one that was changed.
set(conffiles /etc/mihost/mihostd.conf)
foreach(provider IN ITEMS processes ticker usage)
  list(APPEND conffiles /etc/mihost/register/root-cimv2/${provider}.reg)
endforeach()
list(JOIN conffiles "\n" conffiles)
file(WRITE ${CMAKE_BINARY_DIR}/conf/conffiles "${conffiles}\n")

include(CPack)
