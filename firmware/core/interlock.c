#include "core/interlock.h"
