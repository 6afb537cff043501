stile_fuzzer(list_import SOURCES fuzz_list_import.c LIBS stile_db)
