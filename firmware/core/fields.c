#include "core/fields.h"

#include <string.h>

_Static_assert(sizeof(enum field_width) == sizeof(uint32_t), "an enum is 32 bits wide");

static int64_t load(const void *object, const struct field *field)
{
    union {
        bool flag;
        uint8_t u8;
        int8_t i8;
        uint16_t u16;
        uint32_t u32;
        int32_t i32;
        int64_t i64;
    } v = {0};
    memcpy(&v, (const uint8_t *)object + field->offset, field->size);
    switch (field->width) {
    case FIELD_BOOL:
        return v.flag ? 1 : 0;
    case FIELD_U8:
        return v.u8;
    case FIELD_I8:
        return v.i8;
    case FIELD_U16:
        return v.u16;
    case FIELD_U32:
    case FIELD_ENUM:
        return v.u32;
    case FIELD_I32:
        return v.i32;
    default:
        return v.i64;
    }
}

/* @value is within the field's bounds. */
static void store(void *object, const struct field *field, int64_t value)
{
    uint8_t *at = (uint8_t *)object + field->offset;
    switch (field->width) {
    case FIELD_BOOL: {
        bool v = value != 0;
        memcpy(at, &v, sizeof(v));
        break;
    }
    case FIELD_U8:
    case FIELD_I8: {
        uint8_t v = (uint8_t)value;
        memcpy(at, &v, sizeof(v));
        break;
    }
    case FIELD_U16: {
        uint16_t v = (uint16_t)value;
        memcpy(at, &v, sizeof(v));
        break;
    }
    case FIELD_U32:
    case FIELD_I32:
    case FIELD_ENUM: {
        uint32_t v = (uint32_t)value;
        memcpy(at, &v, sizeof(v));
        break;
    }
    default:
        memcpy(at, &value, sizeof(value));
        break;
    }
}

void fields_init(const struct field_table *table, void *ret_object)
{
    const struct field *fields = table->fields;
    for (size_t i = 0; i < table->n; i++) {
        if (fields[i].width == FIELD_TEXT) {
            memset((uint8_t *)ret_object + fields[i].offset, 0, fields[i].size);
        } else {
            store(ret_object, &fields[i], fields[i].unwritten);
        }
    }
}

bool fields_good(const struct field_table *table, const void *object)
{
    const struct field *fields = table->fields;
    for (size_t i = 0; i < table->n; i++) {
        if (fields[i].width == FIELD_TEXT) {
            if (!memchr((const uint8_t *)object + fields[i].offset, 0, fields[i].size)) {
                return false;
            }
        } else {
            int64_t value = load(object, &fields[i]);
            if (value < fields[i].min || value > fields[i].max) {
                return false;
            }
        }
    }
    return true;
}

void fields_write(struct pack *p, const struct field_table *table, const void *object)
{
    const struct field *fields = table->fields;
    for (size_t i = 0; i < table->n; i++) {
        if (fields[i].width == FIELD_TEXT) {
            const char *text = (const char *)object + fields[i].offset;
            if (text[0]) {
                pack_text(p, fields[i].tag, text);
            }
        } else {
            int64_t value = load(object, &fields[i]);
            if (value != fields[i].unwritten) {
                pack_int(p, fields[i].tag, value);
            }
        }
    }
}

bool fields_read(struct unpack *u, const struct pack_field *f, const struct field_table *table, void *ret_object)
{
    const struct field *fields = table->fields;
    for (size_t i = 0; i < table->n; i++) {
        if (fields[i].tag != f->tag) {
            continue;
        }
        if (fields[i].width == FIELD_TEXT) {
            unpack_text(u, f, (char *)ret_object + fields[i].offset, fields[i].size);
        } else {
            store(ret_object, &fields[i], unpack_int(u, f, fields[i].min, fields[i].max));
        }
        return true;
    }
    return false;
}
