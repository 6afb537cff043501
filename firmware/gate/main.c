#include "base/log.h"
#include "gate/app.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char usage[] =
    "Usage: stile-gate --config FILE [--check]\n"
    "\n"
    "Runs a unit's lanes: reads cards, decides, releases, keeps the journal.\n"
    "\n"
    "  -c, --config FILE  the unit's configuration\n"
    "      --check        read the configuration and the files it names, and end\n"
    "  -h, --help         this text\n"
    "      --version      the version\n"
    "\n"
    "STILE_LOG=error|warn|info|debug sets how much the log says. Exit status: 0 stopped as\n"
    "asked or nothing wrong, 1 out of memory or no event loop, 64 usage, 69 lines, 74 journal,\n"
    "77 rights, 78 configuration.\n";

int main(int argc, char **argv)
{
    enum { CHECK = 256, VERSION };
    static const struct option options[] = {{"config", required_argument, NULL, 'c'},
                                            {"check", no_argument, NULL, CHECK},
                                            {"help", no_argument, NULL, 'h'},
                                            {"version", no_argument, NULL, VERSION},
                                            {0}};
    const char *config = NULL;
    bool check = false;
    int option;
    log_init("stile-gate");
    while ((option = getopt_long(argc, argv, "c:h", options, NULL)) != -1) {
        switch (option) {
        case 'c':
            config = optarg;
            break;
        case CHECK:
            check = true;
            break;
        case 'h':
            (void)fputs(usage, stdout);
            return APP_DONE;
        case VERSION:
            (void)printf("stile-gate %s\n", STILE_VERSION);
            return APP_DONE;
        default:
            (void)fputs(usage, stderr);
            return APP_USAGE;
        }
    }
    if (!config || optind != argc) {
        (void)fputs(usage, stderr);
        return APP_USAGE;
    }
    return (int)(check ? app_check(config) : app_run(config));
}
