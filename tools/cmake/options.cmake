# Compiler, warnings, sanitizers and the Debian libraries that the product stands on.

option(STILE_WERROR "Treat a warning as an error" OFF)
option(STILE_SANITIZE "Build everything with the address and undefined-behaviour sanitizers" OFF)
option(STILE_FUZZ "Build the fuzzers (needs clang)" OFF)
option(STILE_COVERAGE "Count executed lines (gcov)" OFF)

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

# Asserts stay on in a release: an appliance that notices is better than one that goes on wrongly.
set(CMAKE_C_FLAGS_RELEASE "-O2 -g")
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g")

add_compile_definitions(_GNU_SOURCE)
add_compile_options(
  -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2
  -Wundef -Wwrite-strings -Wpointer-arith -Wcast-qual -fno-common -fstack-protector-strong)
if(STILE_WERROR)
  add_compile_options(-Werror)
endif()
add_link_options(-Wl,-z,relro -Wl,-z,now -Wl,--as-needed)

if(STILE_SANITIZE OR STILE_FUZZ)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_definitions(_FORTIFY_SOURCE=2)
endif()
if(STILE_FUZZ)
  # Coverage feedback in every layer; the fuzzers alone get libFuzzer's main (tests/fuzz).
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(STILE_COVERAGE)
  add_compile_options(--coverage)
  add_link_options(--coverage)
endif()

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd)
pkg_check_modules(SECCOMP REQUIRED IMPORTED_TARGET libseccomp)
pkg_check_modules(NFC REQUIRED IMPORTED_TARGET libnfc)
pkg_check_modules(GPIOD REQUIRED IMPORTED_TARGET libgpiod>=2)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(NETTLE REQUIRED IMPORTED_TARGET nettle)
pkg_check_modules(INIH REQUIRED IMPORTED_TARGET inih)
pkg_check_modules(CJSON REQUIRED IMPORTED_TARGET libcjson)
pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka)
find_library(CSV_LIBRARY csv REQUIRED)
