#pragma once

/* The board's two sockets: the chip that the gate claims, and the control socket. Reads the clock. */

#include "sim/lane/board.h"

struct sim_server;

/** Listens at both paths. @board stays the caller's. @return 0 with *ret_server, or a negative errno. */
int sim_server_new(const char *chip_path, const char *control_path, struct sim_board *board,
                   struct sim_server **ret_server);
/** Closes everything, removes both sockets. Takes NULL. */
void sim_server_free(struct sim_server *server);
/** Serves until @stop_fd is readable. @return 0 or a negative errno. */
int sim_server_run(struct sim_server *server, int stop_fd);
