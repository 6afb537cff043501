#pragma once

/* What the parts of the bench window share; not for others. */

#include "rack/rack.h"

/** The news as a line for the log. @return false for what isn't worth one. */
bool rack_line_of(const struct gate_news *news, struct rack_line *ret_line);
/** The unit from above: outside, hall and pool, the lanes with whoever is at them, the readers. */
void rack_plan_view(const struct rack *rack, struct ui *ui, struct rect rect);
/** What a reader is called. */
const char *rack_reader_name(enum stage_reader reader);
