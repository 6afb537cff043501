#pragma once

/* What the bench runs on, and what processes use. */

#include <stdio.h>
#include <sys/types.h>

struct machine {
    char cpu[96];
    int cores;
    char kernel[96];
    char compiler[64];
    char sqlite[32];
    char file_system[96]; /* of the output folder */
    double sync_us; /* median of a 4 KiB write with fdatasync there: what a durable append must wait for */
    double load; /* of the last minute, at the start */
};

/** Looks around; @folder is where the databases lie. What can't be found out is "unknown". */
void machine_look(const char *folder, struct machine *ret_machine);
void machine_print(const struct machine *machine, FILE *out);
/** As one JSON object. */
void machine_print_json(const struct machine *machine, FILE *out);

/** Resident memory in MB; a negative number when the process is gone. */
double machine_resident_mb(pid_t pid);
/** Adds the time that all threads of a process have run, and that they have waited for a processor, in nanoseconds. */
void machine_add_times(pid_t pid, double *cpu_ns, double *wait_ns);
/** The children of a process. @return how many, at most @max. */
size_t machine_children(pid_t pid, pid_t *ret_children, size_t max);
