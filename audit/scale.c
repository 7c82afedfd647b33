#include "scale.h"

#include <math.h>

#define DECADE_TICKS 9
#define DECADE_MIN (-307) /* 10^ these are numbers of full precision */
#define DECADE_MAX 308

const char *scale_text(double value, char text[SCALE_TEXT])
{
    static const struct {
        double unit;
        const char *suffix;
    } units[] = {{1e12, "tn"}, {1e9, "bn"}, {1e6, "M"}, {1e4, "k"}};
    double size = fabs(value);
    for (unsigned i = 0; i < sizeof units / sizeof *units; i++)
        if (size >= units[i].unit && size < 1e15) {
            double divisor =
                units[i].unit > 1e4 ? units[i].unit : 1e3; /* thousands are written out up to 10k */
            snprintf(text, SCALE_TEXT, "%.4g%s", value / divisor, units[i].suffix);
            return text;
        }
    snprintf(text, SCALE_TEXT, "%.4g", value);
    return text;
}

double scale_step(double length, unsigned most)
{
    double least = length / most, power = pow(10, floor(log10(least)));
    static const double factors[] = {1, 2, 5};
    for (unsigned i = 0; i < sizeof factors / sizeof *factors; i++)
        if (factors[i] * power >= least)
            return factors[i] * power;
    return 10 * power;
}

/* ---- Bars ---- */

struct scale_decades scale_decades(const struct plot *bars)
{
    double least = INFINITY, most = 0;
    for (const struct bar *bar = bars->bars; bar != NULL; bar = bar->next)
        if (dossier_bar_is_drawn(bar)) {
            least = fmin(least, bar->value);
            most = fmax(most, bar->value);
        }
    if (bars->line > 0) {
        least = fmin(least, bars->line);
        most = fmax(most, bars->line);
    }
    if (most <= 0) /* nothing to draw */
        least = most = 1;
    /* The shortest bar begins below its own decade, else it would have no length. */
    struct scale_decades decades = {.from = (int)ceil(log10(least)) - 1, .to = (int)ceil(log10(most))};
    if (decades.from < DECADE_MIN)
        decades.from = DECADE_MIN;
    if (decades.to > DECADE_MAX)
        decades.to = DECADE_MAX;
    if (decades.to <= decades.from)
        decades.to = decades.from + 1;
    decades.step = (decades.to - decades.from + DECADE_TICKS - 1) / DECADE_TICKS;
    return decades;
}

double scale_place(struct scale_decades decades, double value)
{
    double place = (log10(value) - decades.from) / (decades.to - decades.from);
    return fmin(fmax(place, 0), 1);
}

/* ---- Histograms ---- */

size_t scale_group(size_t bins, size_t most)
{
    size_t least = (bins + most - 1) / most;
    for (size_t group = least; group <= 4 * least; group++)
        if (bins % group == 0)
            return group;
    return least;
}

size_t scale_group_bins(const struct plot *histogram, size_t first, size_t group)
{
    size_t left = histogram->bins - first;
    return left < group ? left : group;
}

double scale_mean(const struct plot *histogram, size_t first, size_t group)
{
    size_t bins = scale_group_bins(histogram, first, group);
    double sum = 0;
    for (size_t i = 0; i < bins; i++)
        sum += histogram->counts[first + i];
    return sum / (double)bins;
}

double scale_highest(const struct plot *histogram, size_t group)
{
    double highest = 0;
    for (size_t first = 0; first < histogram->bins; first += group)
        highest = fmax(highest, scale_mean(histogram, first, group));
    return highest;
}

double scale_bin(const struct plot *histogram, size_t bin)
{
    return histogram->low + (histogram->high - histogram->low) * (double)bin / (double)histogram->bins;
}
