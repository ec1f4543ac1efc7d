# How a folder of the house becomes targets:
#   dering_folder(sip LINK dering_base SYSTEM OpenSSL::Crypto)
# makes the library dering_sip from all *.cpp below the folder, the test program sip_test from all
# *_test.cpp, one fuzz program per *_fuzz.cpp (with -DDERING_FUZZ=ON) and one benchmark program from
# all *_bench.cpp. Includes are written from src/: #include "sip/message/message.h".
# EXCEPT names subfolders that are targets of their own.

find_package(Threads REQUIRED)
# Building the programs alone needs neither of these two; ./test installs them.
find_package(GTest QUIET)
find_package(fmt REQUIRED)
find_package(benchmark QUIET)

add_library(dering_options INTERFACE)
target_include_directories(dering_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_definitions(dering_options INTERFACE _GLIBCXX_ASSERTIONS
  DERING_VERSION="${PROJECT_VERSION}" $<$<BOOL:${DERING_FUZZ}>:DERING_FUZZING>)
target_compile_options(dering_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wswitch-enum -Wformat=2
  -Wnon-virtual-dtor -Woverloaded-virtual -Werror
  -fno-omit-frame-pointer -fstack-protector-strong)
if(DERING_SANITIZE)
  add_compile_options(-fsanitize=${DERING_SANITIZE} -fno-sanitize-recover=all -g1)
  add_link_options(-fsanitize=${DERING_SANITIZE})
endif()
if(DERING_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

function(dering_folder name)
  cmake_parse_arguments(ARG "" "" "LINK;SYSTEM;TEST_LINK;EXCEPT" ${ARGN})
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
  else()
    add_library(dering_${name} INTERFACE)
    target_link_libraries(dering_${name} INTERFACE dering_options ${ARG_LINK} fmt::fmt)
  endif()

  if(tests AND GTest_FOUND)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE dering_${name} ${ARG_SYSTEM} ${ARG_TEST_LINK}
      GTest::gmock GTest::gtest_main)
    add_test(NAME ${name}_test COMMAND ${name}_test)
  endif()

  if(DERING_FUZZ)
    foreach(file IN LISTS fuzzers)
      get_filename_component(target ${file} NAME_WE)
      add_executable(${target} ${file})
      target_link_options(${target} PRIVATE -fsanitize=fuzzer)
      target_link_libraries(${target} PRIVATE dering_${name} ${ARG_SYSTEM})
    endforeach()
  endif()

  if(DERING_BENCH AND benchmark_FOUND AND benches)
    add_executable(${name}_bench ${benches})
    target_link_libraries(${name}_bench PRIVATE dering_${name} ${ARG_SYSTEM}
      benchmark::benchmark_main)
  endif()
endfunction()

# A program from all *.cpp of the folder but tests; it lands in build/<preset>/bin.
function(dering_program name)
  cmake_parse_arguments(ARG "" "" "LINK;SYSTEM" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "_(test|fuzz|bench)\\.cpp$")
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE dering_options ${ARG_LINK} ${ARG_SYSTEM} fmt::fmt)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
endfunction()
