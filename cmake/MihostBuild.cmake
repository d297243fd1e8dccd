# How everything here is compiled: the language, the warnings, and the build kinds of CMakePresets.json.
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON) # _GNU_SOURCE: this is a Linux daemon
set(CMAKE_CXX_STANDARD 11)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
include(CheckPIESupported)
check_pie_supported(LANGUAGES C)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

# Assertions state our own invariants, and stay in what is installed: a daemon that has lost count must
# end (and be started again), not go on.
set(CMAKE_C_FLAGS_RELEASE "-O2 -g")

option(MIHOST_WERROR "Warnings are errors (development and CI)" OFF)
set(MIHOST_SANITIZE "" CACHE STRING "Sanitizers to build with, as -fsanitize= takes them")

add_compile_definitions(_GNU_SOURCE)
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wswitch-enum -Wundef
  -Wformat=2 -Wwrite-strings -Wvla $<$<COMPILE_LANGUAGE:C>:-Wmissing-prototypes>
  $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes> -fvisibility=hidden -fno-common
  -fstack-protector-strong)
if(MIHOST_WERROR)
  add_compile_options(-Werror)
endif()
if(MIHOST_SANITIZE)
  add_compile_options(-fsanitize=${MIHOST_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${MIHOST_SANITIZE})
endif()
option(MIHOST_COVERAGE "Count what is run (gcc)" OFF)
if(MIHOST_COVERAGE)
  # Threads count too, so each count is one atomic step.
  add_compile_options(--coverage -fprofile-update=atomic)
  add_library(coverage_dump STATIC ${PROJECT_SOURCE_DIR}/tests/coverage/dump.c)
  target_compile_definitions(coverage_dump PRIVATE COVERAGE_BUILD="${CMAKE_BINARY_DIR}")
  add_link_options(--coverage -Wl,--wrap=_exit,--wrap=kill,--undefined=__wrap__exit)
  link_libraries(coverage_dump)
endif()
# What is installed is hardened; tests/lint/hardened.py looks at the binaries for it. Programs become
# PIE by check_pie_supported() and POSITION_INDEPENDENT_CODE, above.
include(CheckCCompilerFlag)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3) # what knows no 3 takes it as 2
  add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack)
  # Each where the processor and the compiler have it.
  foreach(flag -fstack-clash-protection -fcf-protection=full -mbranch-protection=standard)
    string(MAKE_C_IDENTIFIER "has${flag}" has)
    check_c_compiler_flag(${flag} ${has})
    if(${has})
      add_compile_options(${flag})
    endif()
  endforeach()
endif()

# mihost_library(NAME SOURCES... [LINK libs...]): one layer, a static library that the programs and
# the tests link alike. Includes are written from the root: "server/client.h".
function(mihost_library name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  set_target_properties(${name} PROPERTIES OUTPUT_NAME mihost-${name})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_LINK})
endfunction()
