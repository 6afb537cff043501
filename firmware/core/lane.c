#include "core/lane.h"
