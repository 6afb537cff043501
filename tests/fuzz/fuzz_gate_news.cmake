stile_fuzzer(gate_news SOURCES fuzz_gate_news.c LIBS stile_ui_model)
