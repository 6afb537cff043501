#include "gallery/page.h"

#include "base/text.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

int page_open(struct page *page, const char *folder)
{
    char path[PATH_MAX];
    if ((size_t)snprintf(path, sizeof(path), "%s/index.html", folder) >= sizeof(path)) {
        return -ENAMETOOLONG;
    }
    *page = (struct page){.file = fopen(path, "we")};
    if (!page->file) {
        return -errno;
    }
    (void)fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Stile: screens</title>\n"
                "<style>\n"
                "body { font: 15px sans-serif; margin: 24px; background: #eef0f4; color: #1a2233; }\n"
                "div { display: grid; grid-template-columns: repeat(auto-fill, minmax(320px, 1fr)); gap: 16px; }\n"
                "figure { margin: 0; }\n"
                "img { width: 100%; border: 1px solid #b8c0cf; }\n"
                "</style>\n</head>\n<body>\n<h1>Stile: screens</h1>\n",
                page->file);
    return 0;
}

/* Names are of small letters, figures and '-' (gallery.h): nothing has to be escaped. */
void page_add(struct page *page, const struct gallery_fixture *fixture, struct gallery_size size,
              enum language language, const char *file)
{
    char screen[sizeof(page->screen)];
    (void)snprintf(screen, sizeof(screen), "%.*s", (int)strcspn(fixture->name, "-"), fixture->name);
    if (!text_eq(fixture->name, page->fixture)) {
        (void)fputs(page->fixture[0] ? "</div>\n" : "", page->file);
        if (!text_eq(screen, page->screen)) {
            (void)text_copy(page->screen, sizeof(page->screen), screen);
            (void)fprintf(page->file, "<h2>%s</h2>\n", screen);
        }
        (void)text_copy(page->fixture, sizeof(page->fixture), fixture->name);
        (void)fprintf(page->file, "<h3>%s</h3>\n<div>\n", fixture->name);
    }
    (void)fprintf(page->file,
                  "<figure><a href=\"%s\"><img src=\"%s\" alt=\"%s\" loading=\"lazy\"></a>"
                  "<figcaption>%d × %d, %s</figcaption></figure>\n",
                  file, file, fixture->name, size.width, size.height, language_name(language));
}

int page_close(struct page *page)
{
    int r = 0;
    (void)fputs(page->fixture[0] ? "</div>\n</body>\n</html>\n" : "</body>\n</html>\n", page->file);
    if (ferror(page->file)) {
        r = -EIO;
    }
    if (fclose(page->file) != 0 && r == 0) {
        r = -errno;
    }
    page->file = NULL;
    return r;
}
