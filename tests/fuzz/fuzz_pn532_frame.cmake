stile_fuzzer(pn532_frame SOURCES fuzz_pn532_frame.c LIBS stile_sim_reader)
