#include "gfx/image_internal.h"

#include "base/cleanup.h"

#include <errno.h>
#include <png.h>
#include <setjmp.h>
#include <stdbool.h>
#include <string.h>

/* By rows, whatever the size; but for an interlaced picture, which has to be there as a whole before its first row
 * is. libpng reports errors by jumping: everything that has to be freed stands in `struct job`, which lives in a
 * function that is not jumped over. */

enum { INTERLACED_PIXELS_MAX = 4 * 1000 * 1000, CHUNK_MAX = 256 * 1024 };

struct job {
    png_structp png;
    png_infop info;
    const uint8_t *bytes;
    size_t n, at;
    int outcome; /* why it jumped */
    int max_side_px;
    struct surface *to;
    struct image_shrink shrink;
    uint8_t *rows; /* one row, or all */
    uint32_t *pixels;
};

static _Noreturn void leave(struct job *job, int outcome)
{
    job->outcome = outcome;
    png_longjmp(job->png, 1);
}

static void on_error(png_structp png, png_const_charp text)
{
    (void)text;
    leave(png_get_error_ptr(png), IMAGE_BROKEN);
}

static void on_warning(png_structp png, png_const_charp text)
{
    (void)png;
    (void)text;
}

static void on_read(png_structp png, png_bytep to, size_t n)
{
    struct job *job = png_get_io_ptr(png);
    if (n > job->n - job->at) {
        leave(job, IMAGE_BROKEN);
    }
    memcpy(to, job->bytes + job->at, n);
    job->at += n;
}

/* Whatever is in the file, what comes out is RGBA of eight bits. */
static void choose_colours(struct job *job)
{
    png_set_expand(job->png);
    png_set_scale_16(job->png);
    png_set_gray_to_rgb(job->png);
    png_set_add_alpha(job->png, 0xff, PNG_FILLER_AFTER);
}

/* Text, profiles and the like are stepped over: some of them unpack to more than the picture. */
static void limit(struct job *job)
{
    static const png_byte unwanted[] = "iCCP\0tEXt\0zTXt\0iTXt\0sPLT\0eXIf\0hIST";
    png_set_user_limits(job->png, IMAGE_SIDE_MAX, IMAGE_SIDE_MAX);
    png_set_chunk_malloc_max(job->png, CHUNK_MAX);
    png_set_chunk_cache_max(job->png, 16);
    png_set_keep_unknown_chunks(job->png, PNG_HANDLE_CHUNK_NEVER, NULL, 0);
    png_set_keep_unknown_chunks(job->png, PNG_HANDLE_CHUNK_NEVER, unwanted, sizeof(unwanted) / 5);
}

static uint32_t premultiplied(const uint8_t *p)
{
    uint32_t a = p[3];
    return a << 24 | (p[0] * a + 127) / 255 << 16 | (p[1] * a + 127) / 255 << 8 | (p[2] * a + 127) / 255;
}

static void put_row(struct job *job, const uint8_t *row)
{
    for (int x = 0; x < job->shrink.in_width; x++) {
        job->pixels[x] = premultiplied(row + (size_t)x * 4);
    }
    image_shrink_row(&job->shrink, job->pixels);
}

static void decode(struct job *job)
{
    png_set_read_fn(job->png, job, on_read);
    limit(job);
    png_read_info(job->png, job->info);
    size_t width = png_get_image_width(job->png, job->info), height = png_get_image_height(job->png, job->info);
    bool interlaced = png_get_interlace_type(job->png, job->info) != PNG_INTERLACE_NONE;
    int r = image_check_size(width, height);
    if (r == 0 && interlaced && width * height > INTERLACED_PIXELS_MAX) {
        r = IMAGE_TOO_LARGE;
    }
    if (r == 0) {
        r = image_result_init(job->to, (int)width, (int)height, job->max_side_px);
    }
    if (r == 0) {
        r = image_shrink_init(&job->shrink, (int)width, (int)height, job->to);
    }
    if (r != 0) {
        leave(job, r);
    }
    choose_colours(job);
    int passes = png_set_interlace_handling(job->png);
    png_read_update_info(job->png, job->info);
    if (png_get_rowbytes(job->png, job->info) != width * 4) {
        leave(job, IMAGE_UNKNOWN);
    }
    job->rows = calloc(interlaced ? height : 1, width * 4);
    job->pixels = malloc(width * sizeof(*job->pixels));
    if (!job->rows || !job->pixels) {
        leave(job, -ENOMEM);
    }
    const size_t step = interlaced ? width * 4 : 0;
    for (int pass = 0; pass < passes; pass++) {
        for (size_t y = 0; y < height; y++) {
            png_read_row(job->png, job->rows + y * step, NULL);
            if (pass == passes - 1) {
                put_row(job, job->rows + y * step);
            }
        }
    }
}

/* Alone in its function, so that no local of ours lives across the jump. */
static int attempt(struct job *job)
{
    if (setjmp(png_jmpbuf(job->png))) {
        return job->outcome;
    }
    decode(job);
    return 0;
}

/* The size as the header says it, so that a picture too large for libpng is told from a broken one. */
static int check_header(const uint8_t *bytes, size_t n)
{
    enum { WIDTH_AT = 16, END = 24 };
    uint64_t side[2] = {0};
    if (n < END || memcmp(bytes + 12, "IHDR", 4) != 0) {
        return IMAGE_BROKEN;
    }
    for (size_t i = 0; i < 8; i++) {
        side[i / 4] = side[i / 4] << 8 | bytes[WIDTH_AT + i];
    }
    return image_check_size(side[0], side[1]);
}

int image_decode_png(const uint8_t *bytes, size_t n, int max_side_px, struct surface *to)
{
    int r = check_header(bytes, n);
    if (r != 0) {
        return r;
    }
    struct job job = {.bytes = bytes, .n = n, .max_side_px = max_side_px, .to = to};
    job.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &job, on_error, on_warning);
    job.info = job.png ? png_create_info_struct(job.png) : NULL;
    r = job.info ? attempt(&job) : -ENOMEM;
    png_destroy_read_struct(&job.png, &job.info, NULL);
    image_shrink_finish(&job.shrink);
    free(job.rows);
    free(job.pixels);
    return r;
}
