#include "core/visit.h"
