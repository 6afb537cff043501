# One static library per layer, each with an include path of its own.
#
# A layer is included by its name ("core/lane.h"). The path that makes this work holds that one layer and
# comes with the library, so whoever does not link a layer cannot include it either: an upward include
# does not compile.

# stile_layer(TARGET INCLUDE_AS SOURCES file... [LIBS target...] [PRIVATE_LIBS target...])
function(stile_layer target include_as)
  cmake_parse_arguments(arg "" "" "SOURCES;LIBS;PRIVATE_LIBS" ${ARGN})
  set(root ${CMAKE_BINARY_DIR}/layers/${target})
  get_filename_component(parent ${root}/${include_as} DIRECTORY)
  file(MAKE_DIRECTORY ${parent})
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${root}/${include_as} SYMBOLIC)
  add_library(${target} STATIC ${arg_SOURCES})
  target_include_directories(${target} PUBLIC ${root})
  target_link_libraries(${target} PUBLIC ${arg_LIBS} PRIVATE ${arg_PRIVATE_LIBS})
endfunction()

# stile_test(NAME SOURCES file... [LIBS target...] [LABELS label...] [ARGS arg...])
# A cmocka program tests/<area>/test_<what>.c, run by ctest as <area>.<what>.
function(stile_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;LIBS;LABELS;ARGS" ${ARGN})
  string(REPLACE "." "_" program test_${name})
  add_executable(${program} ${arg_SOURCES})
  target_link_libraries(${program} PRIVATE ${arg_LIBS} PkgConfig::CMOCKA)
  set_target_properties(${program} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  add_test(NAME ${name} COMMAND ${program} ${arg_ARGS})
  set_tests_properties(${name} PROPERTIES TIMEOUT 300)
  if(arg_LABELS)
    set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}")
  endif()
endfunction()
