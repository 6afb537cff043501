/* The pages that are yet to come say so, and what they will be for. */
#include "screens/shell_internal.h"

void desk_later_view(const struct shell *shell, struct ui *ui, struct rect rect)
{
    static const struct {
        enum icon icon;
        const char *title, *text;
    } pages[DESK_PAGES] = {
        [DESK_CUSTOMERS] = {ICON_USERS, N_("Find and register customers"),
                            N_("Names, subscriptions, freezes and visits. This page comes with a later version.")},
        [DESK_TILL] = {ICON_CART, N_("Sell and take payment"),
                       N_("Goods, orders and receipts. This page comes with a later version.")},
        [DESK_CARDS] = {ICON_CARD, N_("Issue and block cards"),
                        N_("New, lost and broken cards. This page comes with a later version.")},
    };
    if (shell->page <= DESK_HOME || shell->page >= DESK_PAGES) {
        return;
    }
    widget_card(ui, "desk.later", rect, _(pages[shell->page].title));
    shell_empty(ui, "desk.later", rect, pages[shell->page].icon, _(pages[shell->page].title),
                _(pages[shell->page].text));
}
