#include "gate/budget.h"

bool budget_take(struct budget *budget, int most, int64_t each_us, int64_t boot_us)
{
    int64_t forgotten = boot_us > budget->since_us ? (boot_us - budget->since_us) / each_us : 0;
    if (budget->used > forgotten) {
        budget->used -= (int)forgotten;
        budget->since_us += forgotten * each_us;
    } else {
        budget->used = 0;
        budget->since_us = boot_us;
    }
    if (budget->used >= most) {
        return false;
    }
    budget->used++;
    return true;
}
