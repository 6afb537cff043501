stile_fuzzer(bus_message SOURCES fuzz_bus_message.c LIBS stile_bus)
