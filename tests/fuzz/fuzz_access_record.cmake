stile_fuzzer(access_record SOURCES ${CMAKE_CURRENT_LIST_DIR}/fuzz_access_record.c LIBS stile_core)
