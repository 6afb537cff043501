#include "gate/config.h"
