stile_fuzzer(gate_config SOURCES fuzz_gate_config.c LIBS stile_gate)
