# How a folder of the house becomes targets:
#   dering_folder(sip LINK dering_base SYSTEM OpenSSL::Crypto)
# makes the library dering_sip from all *.cpp below the folder, the test program sip_test from all
# *_test.cpp, one fuzz program per *_fuzz.cpp (with -DDERING_FUZZ=ON) and one benchmark program from
# all *_bench.cpp. Includes are written from src/: #include "sip/message/message.h", and the compiler
# finds there only the folder itself and those that it links.
# EXCEPT names subfolders that are targets of their own, PRELUDE costly headers of the library's own.

find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
# Building the programs needs none of these, and ./run does not look for them. Debian's description of
# GoogleTest is an error of its own where GoogleMock's half is not installed.
set(dering_has_tests OFF)
set(dering_has_benches OFF)
if(DERING_TESTS)
  find_library(dering_gmock gmock NO_CACHE)
  if(dering_gmock)
    find_package(GTest QUIET)
  endif()
  find_package(benchmark QUIET)
  if(TARGET GTest::gmock AND TARGET GTest::gtest_main)
    set(dering_has_tests ON)
  else()
    message(STATUS "No unit tests: GoogleTest with GoogleMock is missing (libgtest-dev, libgmock-dev)")
  endif()
  if(DERING_BENCH AND TARGET benchmark::benchmark_main)
    set(dering_has_benches ON)
  endif()
endif()

add_library(dering_options INTERFACE)
target_compile_definitions(dering_options INTERFACE _GLIBCXX_ASSERTIONS
  DERING_VERSION="${PROJECT_VERSION}" $<$<BOOL:${DERING_FUZZ}>:DERING_FUZZING>)
target_compile_options(dering_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wswitch-enum -Wformat=2
  -Wnon-virtual-dtor -Woverloaded-virtual $<$<BOOL:${DERING_WERROR}>:-Werror>
  -fno-omit-frame-pointer -fstack-protector-strong)
# Everything is linked into programs and nothing into shared libraries, so one code model does for
# all; and only then can libraries and programs share the parsed headers.
add_compile_options(-fPIE)
add_link_options(-pie)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # Otherwise the compiler cache would find a new parsed header in every build.
  add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
else()
  add_compile_options(-fpch-preprocess)
endif()
if(DERING_SANITIZE)
  add_compile_options(-fsanitize=${DERING_SANITIZE} -fno-sanitize-recover=all -g1)
  add_link_options(-fsanitize=${DERING_SANITIZE})
endif()
if(DERING_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# What a *_test.cpp is compiled with: no optimiser, which took most of their time; what they test stays
# optimised.
set(dering_test_options -O0)

# Headers from outside that many files include, parsed once. Every target with the same options may
# share the result. A file still includes what it uses: -DDERING_PRELUDE=OFF builds without.
function(dering_prelude name)
  cmake_parse_arguments(ARG "" "" "LINK;OPTIONS;HEADERS" ${ARGN})
  if(NOT DERING_PRELUDE)
    return()
  endif()
  set(source ${CMAKE_BINARY_DIR}/prelude/${name}.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "")
  add_library(${name} OBJECT ${source})
  target_link_libraries(${name} PRIVATE dering_options ${ARG_LINK})
  target_compile_options(${name} PRIVATE ${ARG_OPTIONS})
  target_precompile_headers(${name} PRIVATE ${ARG_HEADERS})
endfunction()
function(dering_use_prelude target name)
  if(TARGET ${name})
    target_precompile_headers(${target} REUSE_FROM ${name})
  endif()
endfunction()

set(dering_common_headers <algorithm> <array> <chrono> <cstdint> <expected> <fmt/format.h> <functional>
  <map> <memory> <optional> <span> <string> <string_view> <unordered_map> <utility> <variant>
  <vector>)
dering_prelude(dering_prelude LINK fmt::fmt HEADERS ${dering_common_headers})
if(dering_has_tests)
  dering_prelude(dering_test_prelude LINK fmt::fmt GTest::gmock OPTIONS ${dering_test_options}
    HEADERS ${dering_common_headers} <gmock/gmock.h> <gtest/gtest.h>)
endif()

# dering_headers(dering_sip PUBLIC [PATH]): who has this visibility finds the headers of the current folder, or
# of PATH, by their names below src/ (tests/, bench/): through a link in a folder that holds nothing else.
function(dering_headers target visibility)
  set(path ${CMAKE_CURRENT_SOURCE_DIR})
  if(ARGN)
    set(path ${ARGN})
  endif()
  set(root ${CMAKE_BINARY_DIR}/include/${target})
  file(RELATIVE_PATH name ${CMAKE_SOURCE_DIR} ${path})
  string(REGEX MATCH "/(.*)" name ${name})
  cmake_path(GET CMAKE_MATCH_1 PARENT_PATH parent)
  file(MAKE_DIRECTORY ${root}/${parent})
  file(CREATE_LINK ${path} ${root}/${CMAKE_MATCH_1} SYMBOLIC)
  target_compile_options(${target} ${visibility} "SHELL:-iquote ${root}")
endfunction()

# A GoogleTest program.
function(dering_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LINK} GTest::gmock GTest::gtest_main)
  target_compile_options(${name} PRIVATE ${dering_test_options})
  dering_use_prelude(${name} dering_test_prelude)
  add_test(NAME ${name} COMMAND ${name})
endfunction()

function(dering_folder name)
  cmake_parse_arguments(ARG "" "" "LINK;SYSTEM;TEST_LINK;EXCEPT;PRELUDE" ${ARGN})
  file(GLOB_RECURSE all CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  foreach(subfolder IN LISTS ARG_EXCEPT)
    list(FILTER all EXCLUDE REGEX "^${CMAKE_CURRENT_SOURCE_DIR}/${subfolder}/")
  endforeach()
  set(sources ${all})
  set(tests ${all})
  set(fuzzers ${all})
  set(benches ${all})
  list(FILTER sources EXCLUDE REGEX "_(test|fuzz|bench)\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cpp$")
  list(FILTER benches INCLUDE REGEX "_bench\\.cpp$")

  if(sources)
    add_library(dering_${name} STATIC ${sources})
    target_link_libraries(dering_${name} PUBLIC dering_options ${ARG_LINK} fmt::fmt PRIVATE ${ARG_SYSTEM})
    dering_headers(dering_${name} PUBLIC)
    if(ARG_PRELUDE)
      dering_prelude(dering_${name}_prelude LINK fmt::fmt ${ARG_SYSTEM}
        HEADERS ${dering_common_headers} ${ARG_PRELUDE})
      dering_use_prelude(dering_${name} dering_${name}_prelude)
    else()
      dering_use_prelude(dering_${name} dering_prelude)
    endif()
  else()
    add_library(dering_${name} INTERFACE)
    target_link_libraries(dering_${name} INTERFACE dering_options ${ARG_LINK} fmt::fmt)
    dering_headers(dering_${name} INTERFACE)
  endif()

  if(tests AND dering_has_tests)
    dering_test(${name}_test SOURCES ${tests}
      LINK dering_${name} ${ARG_SYSTEM} ${ARG_TEST_LINK})
  endif()

  if(DERING_FUZZ)
    foreach(file IN LISTS fuzzers)
      get_filename_component(target ${file} NAME_WE)
      add_executable(${target} ${file})
      target_link_options(${target} PRIVATE -fsanitize=fuzzer)
      target_link_libraries(${target} PRIVATE dering_${name} ${ARG_SYSTEM})
      dering_use_prelude(${target} dering_prelude)
    endforeach()
  endif()

  if(benches AND dering_has_benches)
    add_executable(${name}_bench ${benches})
    target_link_libraries(${name}_bench PRIVATE dering_${name} ${ARG_SYSTEM}
      benchmark::benchmark_main)
    dering_use_prelude(${name}_bench dering_prelude)
  endif()
endfunction()

# A program from all *.cpp of the folder but tests; it lands in build/<preset>/bin.
function(dering_program name)
  cmake_parse_arguments(ARG "" "" "LINK;SYSTEM" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "_(test|fuzz|bench)\\.cpp$")
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE dering_options ${ARG_LINK} ${ARG_SYSTEM} fmt::fmt)
  dering_headers(${name} PRIVATE)
  dering_use_prelude(${name} dering_prelude)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
endfunction()
