#include "gfx/image_internal.h"

#include "base/cleanup.h"

#include <errno.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <jpeglib.h> /* after stdio.h, which it needs */

#include <jerror.h>

/* libjpeg does the coarse part of the shrinking while it decodes, in eighths, for next to nothing; what is left is
 * averaged. It reports errors by jumping: everything that has to be freed stands in `struct job`, which lives in a
 * function that is not jumped over.
 *
 * A baseline picture is decoded by rows, whatever its size. A progressive one needs all its coefficients at once:
 * libjpeg asks for them as a whole, and gives up when they exceed what it may have. */

enum { MEMORY_MAX = 16 * 1024 * 1024, SCANS_MAX = 100 /* an encoder makes ten or so; each costs the whole picture */ };

struct job {
    struct jpeg_decompress_struct d; /* first: libjpeg hands it back */
    struct jpeg_error_mgr error;
    struct jpeg_source_mgr source;
    struct jpeg_progress_mgr progress;
    jmp_buf back;
    int outcome; /* why it jumped */
    bool ran_out; /* the bytes ended before the picture */
    int max_side_px;
    struct surface *to;
    struct image_shrink shrink;
    uint8_t *row;
    uint32_t *pixels;
};

static _Noreturn void leave(struct job *job, int outcome)
{
    job->outcome = outcome;
    longjmp(job->back, 1);
}

static _Noreturn void on_error(j_common_ptr d)
{
    struct job *job = (struct job *)(void *)d;
    switch (d->err->msg_code) {
    case JERR_NO_BACKING_STORE:
        leave(job, IMAGE_TOO_LARGE);
    case JERR_OUT_OF_MEMORY:
        leave(job, -ENOMEM);
    default:
        leave(job, IMAGE_BROKEN);
    }
}

/* libjpeg shows what it can of damaged data. Half a face is worse than none: all but harmless oddities ends it. */
static void on_message(j_common_ptr d, int level)
{
    if (level >= 0) {
        return;
    }
    switch (d->err->msg_code) {
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_ADOBE_XFORM:
    case JWRN_JFIF_MAJOR:
    case JWRN_TOO_MUCH_DATA:
        return;
    default:
        leave((struct job *)(void *)d, IMAGE_BROKEN);
    }
}

static void on_output(j_common_ptr d)
{
    (void)d;
}

static void on_progress(j_common_ptr d)
{
    struct job *job = (struct job *)(void *)d;
    if (job->d.input_scan_number > SCANS_MAX) {
        leave(job, IMAGE_BROKEN);
    }
}

static void source_nothing(j_decompress_ptr d)
{
    (void)d;
}

/* Cameras are known to leave the end marker out, so libjpeg gets one: data that is really missing is then reported
 * as such. */
static boolean source_fill(j_decompress_ptr d)
{
    static const JOCTET end[] = {0xff, JPEG_EOI};
    struct job *job = (struct job *)(void *)d;
    job->ran_out = true;
    d->src->next_input_byte = end;
    d->src->bytes_in_buffer = sizeof(end);
    return TRUE;
}

static void source_skip(j_decompress_ptr d, long n)
{
    if (n <= 0) {
        return;
    }
    if ((size_t)n > d->src->bytes_in_buffer) {
        (void)source_fill(d);
        return;
    }
    d->src->next_input_byte += n;
    d->src->bytes_in_buffer -= (size_t)n;
}

static uint32_t opaque(uint32_t r, uint32_t g, uint32_t b)
{
    return UINT32_C(0xff) << 24 | r << 16 | g << 8 | b;
}

/* Ink: printers' files hold it inverted where Adobe's marker stands. */
static uint32_t of_ink(const uint8_t *ink, bool inverted)
{
    uint32_t light[4];
    for (int i = 0; i < 4; i++) {
        light[i] = inverted ? ink[i] : 255u - ink[i];
    }
    return opaque((light[0] * light[3] + 127) / 255, (light[1] * light[3] + 127) / 255,
                  (light[2] * light[3] + 127) / 255);
}

static void convert(const struct job *job)
{
    const uint8_t *from = job->row;
    for (JDIMENSION x = 0; x < job->d.output_width; x++) {
        if (job->d.out_color_space == JCS_CMYK) {
            job->pixels[x] = of_ink(from, job->d.saw_Adobe_marker);
            from += 4;
        } else {
            job->pixels[x] = opaque(from[0], from[1], from[2]);
            from += 3;
        }
    }
}

/* The fewest eighths at which it still is no smaller than wanted. */
static void choose_scale(struct job *job)
{
    unsigned longer = job->d.image_width > job->d.image_height ? job->d.image_width : job->d.image_height;
    unsigned eighths = 1;
    while (eighths < 8 && (longer * eighths + 7) / 8 < (unsigned)job->max_side_px) {
        eighths++;
    }
    job->d.scale_num = eighths;
    job->d.scale_denom = 8;
}

static bool choose_colours(struct job *job)
{
    switch (job->d.jpeg_color_space) {
    case JCS_GRAYSCALE:
    case JCS_RGB:
    case JCS_YCbCr:
        job->d.out_color_space = JCS_RGB;
        return true;
    case JCS_CMYK:
    case JCS_YCCK:
        job->d.out_color_space = JCS_CMYK;
        return true;
    default:
        return false;
    }
}

static void prepare(struct job *job, const uint8_t *bytes, size_t n)
{
    jpeg_create_decompress(&job->d);
    job->d.mem->max_memory_to_use = MEMORY_MAX;
    job->source = (struct jpeg_source_mgr){.next_input_byte = bytes,
                                           .bytes_in_buffer = n,
                                           .init_source = source_nothing,
                                           .fill_input_buffer = source_fill,
                                           .skip_input_data = source_skip,
                                           .resync_to_restart = jpeg_resync_to_restart,
                                           .term_source = source_nothing};
    job->d.src = &job->source;
    job->progress.progress_monitor = on_progress;
    job->d.progress = &job->progress;
}

static void decode(struct job *job)
{
    (void)jpeg_read_header(&job->d, TRUE);
    int r = image_check_size(job->d.image_width, job->d.image_height);
    if (r == 0 && !choose_colours(job)) {
        r = IMAGE_UNKNOWN;
    }
    if (r != 0) {
        leave(job, r);
    }
    choose_scale(job);
    (void)jpeg_start_decompress(&job->d);
    r = image_result_init(job->to, (int)job->d.image_width, (int)job->d.image_height, job->max_side_px);
    if (r == 0) {
        r = image_shrink_init(&job->shrink, (int)job->d.output_width, (int)job->d.output_height, job->to);
    }
    if (r != 0) {
        leave(job, r);
    }
    job->row = malloc((size_t)job->d.output_width * 4);
    job->pixels = malloc((size_t)job->d.output_width * sizeof(*job->pixels));
    if (!job->row || !job->pixels) {
        leave(job, -ENOMEM);
    }
    while (job->d.output_scanline < job->d.output_height) {
        (void)jpeg_read_scanlines(&job->d, &job->row, 1);
        convert(job);
        image_shrink_row(&job->shrink, job->pixels);
    }
    if (job->ran_out && jpeg_has_multiple_scans(&job->d)) {
        leave(job, IMAGE_BROKEN); /* coarse all over instead of cut off */
    }
}

/* Alone in its function, so that no local of ours lives across the jump. */
static int attempt(struct job *job, const uint8_t *bytes, size_t n)
{
    if (setjmp(job->back)) {
        return job->outcome;
    }
    prepare(job, bytes, n);
    decode(job);
    return 0;
}

int image_decode_jpeg(const uint8_t *bytes, size_t n, int max_side_px, struct surface *to)
{
    _cleanup_free_ struct job *job = calloc(1, sizeof(*job));
    if (!job) {
        return -ENOMEM;
    }
    job->max_side_px = max_side_px;
    job->to = to;
    job->d.err = jpeg_std_error(&job->error);
    job->error.error_exit = on_error;
    job->error.emit_message = on_message;
    job->error.output_message = on_output;
    int r = attempt(job, bytes, n);
    jpeg_destroy_decompress(&job->d);
    image_shrink_finish(&job->shrink);
    free(job->row);
    free(job->pixels);
    return r;
}
