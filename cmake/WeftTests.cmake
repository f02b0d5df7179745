# weft_test(NAME name [TARGET program] [COMMAND command…] [ARGS argument…] [LABELS label…] [TIMEOUT seconds])
#
# Registers a test with what all of them share: a time zone that is not UTC, a time limit, labels. Labels in use:
#   lint        layers, headers, formatting
#   threads     also built and run under ThreadSanitizer (its TARGET becomes part of `threads_tests`)
#   simulation  seeded worlds, minutes long; not part of `./dev test --fast`
#   slow        anything else too slow for `./dev test --fast`
#   e2e         drives the release binary, $ENV{WEFT_BINARY} (build/weft); run after that is built
function(weft_test)
  cmake_parse_arguments(PARSE_ARGV 0 T "SERIAL" "NAME;TARGET;TIMEOUT" "COMMAND;ARGS;LABELS")
  if(T_TARGET)
    set(T_COMMAND ${T_TARGET})
  endif()
  if(NOT T_TIMEOUT)
    set(T_TIMEOUT 300)
  endif()
  add_test(NAME ${T_NAME} COMMAND ${T_COMMAND} ${T_ARGS} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${T_NAME} PROPERTIES TIMEOUT ${T_TIMEOUT} LABELS "${T_LABELS}" ENVIRONMENT "TZ=NPT-5:45")
  if(T_SERIAL)
    set_tests_properties(${T_NAME} PROPERTIES RUN_SERIAL TRUE)
  endif()
  if(T_TARGET AND "threads" IN_LIST T_LABELS)
    add_dependencies(threads_tests ${T_TARGET})
  endif()
endfunction()
