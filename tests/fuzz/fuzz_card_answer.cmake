# What cards answer: the DESFire authentication, and a card as the chip lists it.
stile_fuzzer(card_answer
  SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/fuzz_card_answer.c
  LIBS stile_driver_desfire stile_driver_nfc PkgConfig::NETTLE)
