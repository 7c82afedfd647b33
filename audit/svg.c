#include "svg.h"

#include "dossier_content.h"
#include "markup.h"
#include "scale.h"
#include "wrap.h"

#include <math.h>

/* All lengths are pixels of a drawing that the page scales to its own width. */
#define WIDTH 680.0
#define LEFT 58.0 /* where the axes are: numbers are left of it */
#define RIGHT 668.0
#define TEXT_COLUMNS 96 /* that fit into the width in the usual fonts */
#define LABEL_COLUMNS 54
#define VALUE_COLUMNS 40

#define HISTOGRAM_TOP 26.0
#define HISTOGRAM_HEIGHT 190.0
#define HISTOGRAM_BELOW 44.0 /* ticks, title of the axis */
#define BINS_DRAWN 256
#define BIN_OUTLINED 4.0 /* narrower ones would be all outline */
#define X_TICKS 8
#define Y_TICKS 5

#define BARS_TOP 24.0
#define ROW 34.0          /* label above, bar below */
#define ROW_IN_WORDS 20.0 /* label alone */
#define BAR_FROM 18.0
#define BAR_HEIGHT 11.0
#define BARS_BELOW 44.0
#define BARS_LEFT 6.0
#define BAR_LEAST 1.5

/* ---- Pieces ---- */

/* anchor: "start", "middle", "end". What is too long is cut: it is whole in the description. */
static void put_label(FILE *stream, const char *class, double x, double y, const char *anchor, const char *text,
                      unsigned columns)
{
    struct wrap_line line = wrap_cut(text, columns);
    fprintf(stream, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", class, x, y, anchor);
    markup_bytes(stream, text, line.bytes);
    fprintf(stream, "%s</text>\n", text[line.bytes] != '\0' ? "\xE2\x80\xA6" : "");
}

static void put_stroke(FILE *stream, const char *class, double x1, double y1, double x2, double y2)
{
    fprintf(stream, "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n", class, x1, y1, x2,
            y2);
}

static void put_box(FILE *stream, const char *class, double x, double y, double width, double height)
{
    fprintf(stream, "<rect class=\"%s\" x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\"/>\n", class, x, y,
            width, height);
}

static void open_drawing(FILE *stream, const struct plot *plot, unsigned number, double height)
{
    fprintf(stream,
            "<svg role=\"img\" viewBox=\"0 0 %.0f %.0f\" aria-labelledby=\"plot-%u-title plot-%u-desc\">\n"
            "<title id=\"plot-%u-title\">",
            WIDTH, height, number, number, number);
    markup_text(stream, plot->title);
    fprintf(stream, "</title>\n<desc id=\"plot-%u-desc\">", number);
}

/* ---- Histograms ---- */

static void describe_histogram(FILE *stream, const struct plot *plot)
{
    double least = plot->counts[0], most = plot->counts[0];
    for (size_t i = 1; i < plot->bins; i++) {
        least = fmin(least, plot->counts[i]);
        most = fmax(most, plot->counts[i]);
    }
    fprintf(stream, "%zu bins from %.10g to %.10g; counts from %.10g to %.10g", plot->bins, plot->low,
            plot->high, least, most);
    if (plot->expected >= 0)
        fprintf(stream, ", where %.10g are expected", plot->expected);
    fputs("</desc>\n", stream);
}

/* The count at the top of the axis: a tick, at or above all that is drawn. */
static double top_count(const struct plot *plot, size_t group, double *step)
{
    double highest = scale_highest(plot, group);
    if (plot->expected > highest)
        highest = plot->expected;
    if (highest <= 0)
        highest = 1;
    *step = scale_step(highest, Y_TICKS);
    return ceil(highest / *step) * *step;
}

static void draw_count_axis(FILE *stream, double top, double step)
{
    char text[SCALE_TEXT];
    for (unsigned i = 0; i * step <= top * 1.001; i++) {
        double y = HISTOGRAM_TOP + HISTOGRAM_HEIGHT * (1 - i * step / top);
        if (i > 0)
            put_stroke(stream, "grid", LEFT, y, RIGHT, y);
        put_label(stream, "tick", LEFT - 6, y + 4, "end", scale_text(i * step, text), TEXT_COLUMNS);
    }
}

static void draw_value_axis(FILE *stream, const struct plot *plot)
{
    double bottom = HISTOGRAM_TOP + HISTOGRAM_HEIGHT, span = plot->high - plot->low;
    double step = scale_step(span, X_TICKS), first = ceil(plot->low / step);
    char text[SCALE_TEXT];
    put_stroke(stream, "axis", LEFT, bottom, RIGHT, bottom);
    for (unsigned i = 0; (first + i) * step <= plot->high + span * 1e-9; i++) {
        double value = (first + i) * step, x = LEFT + (RIGHT - LEFT) * (value - plot->low) / span;
        put_stroke(stream, "axis", x, bottom, x, bottom + 5);
        put_label(stream, "tick", x, bottom + 18, "middle", scale_text(value, text), TEXT_COLUMNS);
    }
    put_label(stream, "label", (LEFT + RIGHT) / 2, bottom + 36, "middle", plot->axis, TEXT_COLUMNS);
}

static void draw_expected(FILE *stream, const struct plot *plot, double top)
{
    double y = HISTOGRAM_TOP + HISTOGRAM_HEIGHT * (1 - plot->expected / top);
    char number[SCALE_TEXT], text[SCALE_TEXT + 32];
    put_stroke(stream, "line", LEFT, y, RIGHT, y);
    put_stroke(stream, "line", RIGHT - 40, 11, RIGHT, 11); /* what it looks like, beside what it is */
    snprintf(text, sizeof text, "expected: %s in each bin", scale_text(plot->expected, number));
    put_label(stream, "tick", RIGHT - 46, 15, "end", text, TEXT_COLUMNS);
}

static void draw_histogram(FILE *stream, const struct plot *plot, unsigned number)
{
    size_t group = scale_group(plot->bins, BINS_DRAWN);
    double step, top = top_count(plot, group, &step), unit = (RIGHT - LEFT) / (double)plot->bins;
    open_drawing(stream, plot, number, HISTOGRAM_TOP + HISTOGRAM_HEIGHT + HISTOGRAM_BELOW);
    describe_histogram(stream, plot);
    draw_count_axis(stream, top, step);
    put_label(stream, "tick", LEFT, 15, "start",
              group > 1 ? "counts in each bin, on average of neighbours" : "counts in each bin", TEXT_COLUMNS);
    for (size_t first = 0; first < plot->bins; first += group) {
        double height = HISTOGRAM_HEIGHT * scale_mean(plot, first, group) / top;
        double width = unit * (double)scale_group_bins(plot, first, group);
        if (height > 0)
            put_box(stream, width < BIN_OUTLINED ? "bar narrow" : "bar", LEFT + unit * (double)first,
                    HISTOGRAM_TOP + HISTOGRAM_HEIGHT - height, width, height);
    }
    draw_value_axis(stream, plot);
    if (plot->expected >= 0)
        draw_expected(stream, plot, top);
    fputs("</svg>\n", stream);
}

/* ---- Bars ---- */

static void describe_bars(FILE *stream, const struct plot *plot)
{
    markup_text(stream, plot->axis);
    fputs(", on a logarithmic axis", stream);
    if (plot->line > 0) {
        fprintf(stream, ", with a line at %.10g: ", plot->line);
        markup_text(stream, plot->line_title);
    }
    for (const struct bar *bar = plot->bars; bar != NULL; bar = bar->next) {
        fputs("; ", stream);
        markup_text(stream, bar->label);
        fputs(": ", stream);
        markup_text(stream, bar->value_text);
    }
    fputs("</desc>\n", stream);
}

static double bars_x(struct scale_decades decades, double value)
{
    return BARS_LEFT + (RIGHT - BARS_LEFT) * scale_place(decades, value);
}

static double bars_height(const struct plot *plot)
{
    double height = 0;
    for (const struct bar *bar = plot->bars; bar != NULL; bar = bar->next)
        height += dossier_bar_is_drawn(bar) ? ROW : ROW_IN_WORDS;
    return height;
}

static void draw_decades(FILE *stream, struct scale_decades decades, double bottom)
{
    char text[SCALE_TEXT];
    put_stroke(stream, "axis", BARS_LEFT, bottom, RIGHT, bottom);
    for (int exponent = decades.from; exponent <= decades.to; exponent += decades.step) {
        double x = bars_x(decades, pow(10, exponent));
        const char *anchor = exponent == decades.from ? "start" : x > RIGHT - 20 ? "end" : "middle";
        put_stroke(stream, "grid", x, BARS_TOP, x, bottom);
        put_stroke(stream, "axis", x, bottom, x, bottom + 5);
        put_label(stream, "tick", x, bottom + 18, anchor, scale_text(pow(10, exponent), text), TEXT_COLUMNS);
    }
}

static void draw_rows(FILE *stream, const struct plot *plot, struct scale_decades decades)
{
    double y = BARS_TOP;
    for (const struct bar *bar = plot->bars; bar != NULL; bar = bar->next) {
        put_label(stream, "label", BARS_LEFT + 4, y + 13, "start", bar->label, LABEL_COLUMNS);
        put_label(stream, "label value", RIGHT, y + 13, "end", bar->value_text, VALUE_COLUMNS);
        if (!dossier_bar_is_drawn(bar)) {
            y += ROW_IN_WORDS;
            continue;
        }
        double length = fmax(bars_x(decades, bar->value) - BARS_LEFT, BAR_LEAST);
        put_box(stream, bar->value < plot->line ? "bar low" : "bar", BARS_LEFT, y + BAR_FROM, length,
                BAR_HEIGHT);
        y += ROW;
    }
}

static void draw_mark(FILE *stream, const struct plot *plot, struct scale_decades decades, double bottom)
{
    double x = bars_x(decades, plot->line);
    int is_right = x > (BARS_LEFT + RIGHT) / 2;
    put_stroke(stream, "line", x, 4, x, bottom);
    put_label(stream, "tick", x + (is_right ? -6 : 6), 14, is_right ? "end" : "start", plot->line_title,
              TEXT_COLUMNS / 2);
}

static void draw_bars(FILE *stream, const struct plot *plot, unsigned number)
{
    struct scale_decades decades = scale_decades(plot);
    double bottom = BARS_TOP + bars_height(plot) + 4;
    open_drawing(stream, plot, number, bottom + BARS_BELOW);
    describe_bars(stream, plot);
    draw_decades(stream, decades, bottom);
    if (plot->line > 0)
        draw_mark(stream, plot, decades, bottom);
    draw_rows(stream, plot, decades);
    put_label(stream, "label", BARS_LEFT, bottom + 36, "start", plot->axis, LABEL_COLUMNS);
    put_label(stream, "tick", RIGHT, bottom + 36, "end",
              plot->line > 0 ? "logarithmic axis; black: below the line" : "logarithmic axis", VALUE_COLUMNS);
    fputs("</svg>\n", stream);
}

void svg_plot(FILE *stream, const struct plot *plot, unsigned number)
{
    if (plot->type == PLOT_HISTOGRAM)
        draw_histogram(stream, plot, number);
    else
        draw_bars(stream, plot, number);
}
