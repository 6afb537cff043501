#include "core/date.h"
