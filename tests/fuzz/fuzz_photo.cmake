stile_fuzzer(photo SOURCES ${CMAKE_CURRENT_LIST_DIR}/fuzz_photo.c LIBS stile_ui_gfx)
