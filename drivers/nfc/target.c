#include "drivers/nfc/target.h"

#include <string.h>

enum { SAK_ISO14443_4 = 0x20 };

bool nfc_target_take(const uint8_t *uid, size_t uid_len, const uint8_t atqa[2], uint8_t sak, const uint8_t *ats,
                     size_t ats_len, struct nfc_target *ret_target)
{
    static const uint8_t zeros[NFC_UID_MAX];
    if ((uid_len != 4 && uid_len != 7 && uid_len != 10) || memcmp(uid, zeros, uid_len) == 0) {
        return false;
    }
    struct nfc_target target = {
        .uid_len = (uint8_t)uid_len,
        .atqa = {atqa[0], atqa[1]},
        .sak = sak,
        .ats_len = (uint8_t)(ats_len < NFC_ATS_MAX ? ats_len : NFC_ATS_MAX),
    };
    memcpy(target.uid, uid, uid_len);
    if (target.ats_len > 0) {
        memcpy(target.ats, ats, target.ats_len);
    }
    *ret_target = target;
    return true;
}

bool nfc_target_same(const struct nfc_target *a, const struct nfc_target *b)
{
    return a->uid_len == b->uid_len && memcmp(a->uid, b->uid, a->uid_len) == 0;
}

bool nfc_target_has_blocks(const struct nfc_target *target)
{
    return (target->sak & SAK_ISO14443_4) != 0;
}
