#include "morning/chain.h"

#include "core/date.h"
#include "gallery/portrait.h"
#include "morning/people.h"

#include <errno.h>
#include <sodium.h>
#include <stdarg.h>
#include <string.h>

enum { MEMBER_FIRST_ID = 1000 };

enum product {
    GOLD = 1,
    STUDENT,
    PUNCH_CARD,
    PUNCH_CARD_ONLINE,
    DAY_PASS,
    ADULTS,
    GYM_ONLY,
    OTHER_HOURS,
    ONCE_A_DAY,
    HARBOUR
};

enum schedule_id { ONE_DAY = 1, OPENING_HOURS };

/* Hashes of the demo's PINs: made once with `stile pin-hash`, so that the same options give the same list. */
static const struct {
    const char *name, *role, *pin_hash, *language;
} staff[] = {
    {CHAIN_TECHNICIAN, "technician", /* CHAIN_TECHNICIAN_PIN */
     "$argon2id$v=19$m=8192,t=3,p=1$tsB8eLIwnlMfVPyzzMcqKA$casc9MJawD+d22Z4KClGTzklgRRyvqgt7xyglbdJWQ4", ""},
    {CHAIN_STAFF, "staff", /* CHAIN_STAFF_PIN */
     "$argon2id$v=19$m=8192,t=3,p=1$fftbZkdzbMb9Qoe9Z1t6PQ$0bC4+OY3Bw17cZwWQmAEGJk9Y25Mb7M+qs6Gu+QxEqk", "sv"},
};

static const char *const first_names[] = {
    "Alva",  "Anders", "Anna", "Antti",  "Birgit",  "Bo",    "Dirk",  "Ebbe",  "Eero",  "Elin",
    "Erik",  "Eva",    "Finn", "Frauke", "Gerd",    "Hans",  "Heidi", "Inga",  "Jan",   "Juhani",
    "Kaisa", "Kari",   "Lena", "Liv",    "Magnus",  "Marit", "Nils",  "Olli",  "Petra", "Ragnar",
    "Sanna", "Silje",  "Svea", "Timo",   "Torsten", "Ulla",  "Vera",  "Wilma", "Yrsa",  "Zarah"};

/* A day as JSON, for use with printf's %s; a fresh buffer each of four times. */
static const char *day_text(int32_t day)
{
    static char texts[4][DATE_TEXT_SIZE];
    static unsigned turn;
    char *text = texts[turn++ % 4];
    date_format(day, text);
    return text;
}

static void write_branches(FILE *out)
{
    (void)fputs("{\"type\":\"branch\",\"id\":1,\"name\":\"Centre\",\"time_zone\":\"" CHAIN_ZONE "\"}\n"
                "{\"type\":\"branch\",\"id\":2,\"name\":\"Harbour\",\"time_zone\":\"" CHAIN_ZONE "\"}\n",
                out);
    (void)fprintf(out,
                  "{\"type\":\"schedule\",\"id\":%d,\"name\":\"Opening hours\",\"spans\":["
                  "{\"days\":[\"mon\",\"tue\",\"wed\",\"thu\",\"fri\"],\"from\":\"05:30\",\"to\":\"23:00\"},"
                  "{\"days\":[\"sat\",\"sun\",\"holiday\"],\"from\":\"08:00\",\"to\":\"20:00\"}]}\n",
                  OPENING_HOURS);
    for (int branch = 1; branch <= 2; branch++) {
        (void)fprintf(out,
                      "{\"type\":\"settings\",\"branch\":%d,\"overdue_days\":10,\"overdue_hits\":\"user\","
                      "\"warn_ends_days\":14,\"warn_certificate_days\":30,\"warn_clips_left\":2,\"too_soon_s\":%d,"
                      "\"show_photo\":true,\"opening\":%d,\"help\":\"Ring the bell at reception\"}\n",
                      branch, CHAIN_TOO_SOON_S, OPENING_HOURS);
    }
    (void)fputs("{\"type\":\"zone\",\"id\":1,\"branch\":1,\"name\":\"Hall\",\"limit\":200,\"passback\":\"hard\","
                "\"forget_after_s\":14400}\n"
                "{\"type\":\"zone\",\"id\":2,\"branch\":1,\"name\":\"Pool\",\"limit\":1}\n"
                "{\"type\":\"zone\",\"id\":3,\"branch\":2,\"name\":\"Harbour hall\"}\n",
                out);
    (void)fprintf(out,
                  "{\"type\":\"point\",\"id\":%d,\"branch\":1,\"name\":\"" CHAIN_ENTRANCE
                  "\",\"direction\":\"in\",\"zone_to\":1}\n"
                  "{\"type\":\"point\",\"id\":%d,\"branch\":1,\"name\":\"" CHAIN_WAY_OUT
                  "\",\"direction\":\"out\",\"zone_to\":1}\n"
                  "{\"type\":\"point\",\"id\":%d,\"branch\":1,\"name\":\"" CHAIN_POOL
                  "\",\"direction\":\"in\",\"zone_from\":1,\"zone_to\":2}\n"
                  "{\"type\":\"point\",\"id\":%d,\"branch\":2,\"name\":\"Harbour entrance\",\"direction\":\"in\","
                  "\"zone_to\":3}\n",
                  CHAIN_POINT_ENTRANCE, CHAIN_POINT_WAY_OUT, CHAIN_POINT_POOL, CHAIN_POINT_HARBOUR);
}

static void write_products(FILE *out, int32_t today)
{
    static const char *const week[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    static const struct {
        enum product id;
        const char *name, *more;
        bool pool;
    } products[] = {
        {GOLD, "Gold", "", true},
        {STUDENT, "Student", "", true},
        {PUNCH_CARD, "Ten times", "", true},
        {PUNCH_CARD_ONLINE, "Ten times online", ",\"tolerance_days\":1", true},
        {DAY_PASS, "Day pass", "", true},
        {ADULTS, "Sauna evenings", ",\"min_age\":18", true},
        {GYM_ONLY, "Gym only", "", false},
        {OTHER_HOURS, "One day a week", "", true},
        {ONCE_A_DAY, "Once a day", ",\"visits_per_day\":1", true},
        {HARBOUR, "Harbour", "", false},
    };
    /* Two days from now: closed now, whatever the hour. */
    (void)fprintf(
        out,
        "{\"type\":\"schedule\",\"id\":%d,\"name\":\"One day\",\"spans\":[{\"days\":[\"%s\"],\"from\":\"06:00\","
        "\"to\":\"22:00\"}]}\n",
        ONE_DAY, week[date_weekday(today + 2)]);
    for (size_t i = 0; i < sizeof(products) / sizeof(products[0]); i++) {
        enum product id = products[i].id;
        const char *hours = id == OTHER_HOURS ? ",\"schedule\":1" : "";
        (void)fprintf(out, "{\"type\":\"product\",\"id\":%d,\"name\":\"%s\"%s}\n", id, products[i].name,
                      products[i].more);
        int last = products[i].pool ? CHAIN_POINT_POOL : CHAIN_POINT_WAY_OUT;
        for (int point = CHAIN_POINT_ENTRANCE; point <= last && id != HARBOUR; point++) {
            (void)fprintf(out, "{\"type\":\"right\",\"product\":%d,\"point\":%d%s}\n", id, point, hours);
        }
        (void)fprintf(out, "{\"type\":\"right\",\"product\":%d,\"point\":%d}\n", id, CHAIN_POINT_HARBOUR);
    }
}

static void write_card(FILE *out, const struct person *p, const char *owner, int32_t today)
{
    const char *more = "";
    char until[64] = "";
    switch (p->trait) {
    case PERSON_SECURE:
        more = ",\"credential\":\"desfire\"";
        break;
    case PERSON_STAFF:
        more = ",\"staff\":true";
        break;
    case PERSON_BLOCKED:
        more = ",\"state\":\"lost\"";
        break;
    case PERSON_CARD_EXPIRED:
        (void)snprintf(until, sizeof(until), ",\"valid_through\":\"%s\"", day_text(today - 1));
        break;
    default:
        break;
    }
    (void)fprintf(out, "{\"type\":\"card\",\"number\":\"%s\",\"%s\":%lld%s%s}\n", p->card, owner,
                  (long long)person_id(p), more, until);
}

static void write_customer(FILE *out, const struct person *p, int32_t today)
{
    int32_t birth = p->trait == PERSON_TOO_YOUNG ? date_add_months(today, -12 * 12) : date_day(1988, 5, 17);
    (void)fprintf(out, "{\"type\":\"customer\",\"id\":%lld,\"name\":\"%s\",\"birth\":\"%s\",\"branch\":%d",
                  (long long)person_id(p), p->name, day_text(birth), p->trait == PERSON_OTHER_BRANCH ? 2 : 1);
    switch (p->trait) {
    case PERSON_INACTIVE:
        (void)fprintf(out, ",\"inactive_from\":\"%s\"", day_text(today - 20));
        break;
    case PERSON_SUSPENDED:
        (void)fputs(",\"suspended\":true", out);
        break;
    case PERSON_CERTIFICATE_ENDS:
        (void)fprintf(out, ",\"customer_type\":\"student\",\"certificate_through\":\"%s\"", day_text(today + 9));
        break;
    case PERSON_MESSAGE:
        (void)fputs(",\"message\":\"Your lost scarf is at the desk\"", out);
        break;
    default:
        break;
    }
    (void)fputs("}\n", out);
}

static enum product product_of(enum person_trait trait)
{
    switch (trait) {
    case PERSON_CERTIFICATE_ENDS:
        return STUDENT;
    case PERSON_TOO_YOUNG:
        return ADULTS;
    case PERSON_GYM_ONLY:
        return GYM_ONLY;
    case PERSON_OTHER_HOURS:
        return OTHER_HOURS;
    case PERSON_ONCE_A_DAY:
        return ONCE_A_DAY;
    case PERSON_OTHER_BRANCH:
        return HARBOUR;
    default:
        return GOLD;
    }
}

static void write_subscription(FILE *out, const struct person *p, int32_t today)
{
    long long id = person_id(p);
    int32_t start = p->trait == PERSON_NOT_STARTED ? today + 7 : date_add_months(today, -8);
    int32_t charged = p->trait == PERSON_UNPAID ? today - 3 : date_add_months(today, 1);
    (void)fprintf(
        out,
        "{\"type\":\"subscription\",\"id\":%lld,\"customer\":%lld,\"product\":%d,\"kind\":\"%s\",\"start\":\"%s\","
        "\"charged_through\":\"%s\",\"price_minor\":39900,\"currency\":\"SEK\",\"interval_months\":1",
        id, id, product_of(p->trait), p->trait == PERSON_ENDS_SOON ? "prepaid" : "direct_debit", day_text(start),
        day_text(charged));
    if (p->trait == PERSON_ENDED || p->trait == PERSON_ENDS_SOON) {
        (void)fprintf(out, ",\"ends_on\":\"%s\"", day_text(p->trait == PERSON_ENDED ? today - 1 : today + 5));
    }
    (void)fputs("}\n", out);
    if (p->trait == PERSON_FROZEN) {
        (void)fprintf(out, "{\"type\":\"freeze\",\"subscription\":%lld,\"first\":\"%s\",\"last\":\"%s\"}\n", id,
                      day_text(today - 4), day_text(today + 10));
    }
    if (p->trait == PERSON_OVERDUE) {
        (void)fprintf(out, "{\"type\":\"invoice\",\"id\":%lld,\"customer\":%lld,\"due\":\"%s\"}\n", id, id,
                      day_text(today - 31));
    }
}

static void write_person(FILE *out, const struct person *p, int32_t today)
{
    long long id = person_id(p);
    switch (p->trait) {
    case PERSON_LAST_CLIP:
    case PERSON_PUNCH_CARD_OLD:
    case PERSON_PUNCH_CARD_STRICT:
        (void)fprintf(
            out, "{\"type\":\"punch_card\",\"id\":%lld,\"product\":%d,\"clips_left\":%d,\"valid_through\":\"%s\"}\n",
            id, p->trait == PERSON_PUNCH_CARD_STRICT ? PUNCH_CARD_ONLINE : PUNCH_CARD,
            p->trait == PERSON_LAST_CLIP ? 1 : 6, day_text(today + (p->trait == PERSON_PUNCH_CARD_OLD ? -1 : 90)));
        write_card(out, p, "punch_card", today);
        return;
    case PERSON_DAY_PASS:
        (void)fprintf(out, "{\"type\":\"single_entry\",\"id\":%lld,\"product\":%d,\"valid_through\":\"%s\"}\n", id,
                      DAY_PASS, day_text(today));
        write_card(out, p, "single_entry", today);
        return;
    case PERSON_PUNCH_CARD:
        write_customer(out, p, today);
        (void)fprintf(out,
                      "{\"type\":\"punch_card\",\"id\":%lld,\"product\":%d,\"customer\":%lld,\"clips_left\":3,"
                      "\"valid_through\":\"%s\"}\n",
                      id, PUNCH_CARD, id, day_text(today + 90));
        break;
    default:
        write_customer(out, p, today);
        write_subscription(out, p, today);
        break;
    }
    write_card(out, p, "customer", today);
}

/* A portrait of nobody for each of a handful. @return 0 or a negative errno. */
static int write_photos(FILE *out)
{
    static const char *const shown[PORTRAIT_COUNT] = {"Greta", "Lars", "Aino", "Sofia", "Ida", "Jonas"};
    uint8_t jpeg[PORTRAIT_BYTES_MAX];
    char text[sodium_base64_ENCODED_LEN(PORTRAIT_BYTES_MAX, sodium_base64_VARIANT_ORIGINAL)];
    for (unsigned i = 0; i < PORTRAIT_COUNT; i++) {
        int n = portrait_jpeg(i, jpeg, sizeof(jpeg));
        if (n < 0) {
            return n;
        }
        (void)sodium_bin2base64(text, sizeof(text), jpeg, (size_t)n, sodium_base64_VARIANT_ORIGINAL);
        (void)fprintf(out, "{\"type\":\"photo\",\"customer\":%lld,\"image\":\"%s\"}\n",
                      (long long)person_id(person_find(shown[i])), text);
    }
    return 0;
}

/* Those with a PIN, and whoever has a staff card in the morning: that signs in by its card. */
static void write_staff(FILE *out)
{
    int id = 1;
    for (size_t i = 0; i < sizeof(staff) / sizeof(staff[0]); i++) {
        (void)fprintf(out,
                      "{\"type\":\"staff\",\"id\":%d,\"name\":\"%s\",\"role\":\"%s\",\"pin_hash\":\"%s\","
                      "\"language\":\"%s\"}\n",
                      id++, staff[i].name, staff[i].role, staff[i].pin_hash, staff[i].language);
    }
    for (size_t i = 0; i < n_people; i++) {
        if (people[i].trait == PERSON_STAFF) {
            (void)fprintf(out, "{\"type\":\"staff\",\"id\":%d,\"name\":\"%s\",\"card\":\"%s\"}\n", id++, people[i].name,
                          people[i].card);
        }
    }
}

/* A well-mixed number of the nth member (the finaliser of splitmix64): lists differ in nothing but their length. */
static uint64_t mixed(unsigned nth)
{
    uint64_t x = ((uint64_t)nth + 1) * UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

void chain_member_card(unsigned nth, char ret_card[CHAIN_CARD_TEXT_SIZE])
{
    /* The number itself in the middle keeps two members' cards apart. */
    (void)snprintf(ret_card, CHAIN_CARD_TEXT_SIZE, "04%02x%08x%02x", (unsigned)(mixed(nth) & 0xff), nth,
                   (unsigned)(mixed(nth) >> 8 & 0xff));
}

int chain_member_is_welcome(unsigned nth)
{
    return nth % 2 == 0 && mixed(nth) % 16 != 0;
}

static void write_member(FILE *out, unsigned nth, int32_t today)
{
    char card[CHAIN_CARD_TEXT_SIZE];
    uint64_t m = mixed(nth);
    long long id = MEMBER_FIRST_ID + (long long)nth;
    const char *name = first_names[m % (sizeof(first_names) / sizeof(first_names[0]))];
    int branch = nth % 2 == 0 ? 1 : 2;
    bool in_arrears = m % 16 == 0;
    chain_member_card(nth, card);
    (void)fprintf(out,
                  "{\"type\":\"customer\",\"id\":%lld,\"name\":\"%s\",\"birth\":\"%s\",\"branch\":%d}\n"
                  "{\"type\":\"subscription\",\"id\":%lld,\"customer\":%lld,\"product\":%d,\"start\":\"%s\","
                  "\"charged_through\":\"%s\",\"price_minor\":%d,\"currency\":\"SEK\",\"interval_months\":1}\n"
                  "{\"type\":\"card\",\"number\":\"%s\",\"customer\":%lld}\n",
                  id, name, day_text(date_day(1950, 1, 1) + (int32_t)(m >> 16 & 0x3fff)), branch, id, id,
                  branch == 2 ? HARBOUR : GOLD, day_text(today - 30 - (int32_t)(m >> 32 & 0x3ff)),
                  day_text(in_arrears ? today - 5 : today + 20), 29900 + (int)(m >> 48 & 15) * 1000, card, id);
}

int chain_write(FILE *out, const struct chain_options *options)
{
    write_branches(out);
    write_products(out, options->today);
    for (size_t i = 0; i < n_people; i++) {
        write_person(out, &people[i], options->today);
    }
    write_staff(out);
    int r = write_photos(out);
    for (unsigned nth = 0; nth < options->members; nth++) {
        write_member(out, nth, options->today);
    }
    return fflush(out) != 0 || ferror(out) ? -EIO : r;
}
