#include "core/access_record.h"
