/*
 * scale.h - the arithmetic of axes, the same for text and for drawings: round ticks, decades, short numbers,
 * and bins put together where there are more than can be shown.
 */
#ifndef ELIG_SCALE_H
#define ELIG_SCALE_H

#include "dossier_content.h"

/* A number as at a tick: "0.25", "5000", "10k", "2.5M", "1bn", "1e15"; to text (SCALE_TEXT bytes), returns
 * text. */
#define SCALE_TEXT 24
const char *scale_text(double value, char text[SCALE_TEXT]);

/* 1, 2 or 5 times a power of ten, so that a length of more than 0 has at most so many steps. */
double scale_step(double length, unsigned most);

/* ---- Bars ---- */

/* Whole powers of ten, from 10^from to 10^to, around all that is drawn. */
struct scale_decades {
    int from, to; /* from < to */
    int step;     /* decades between two ticks */
};

struct scale_decades scale_decades(const struct plot *bars);

/* Where a value is on the axis: 0 at its left end, 1 at its right. */
double scale_place(struct scale_decades decades, double value);

/* ---- Histograms ---- */

/* How many bins are shown as one so that there are at most so many. All ones have as many bins where the number
 * of bins allows it; else the last one has fewer. */
size_t scale_group(size_t bins, size_t most);

/* Bins in the one that begins with bin first. */
size_t scale_group_bins(const struct plot *histogram, size_t first, size_t group);

/* The mean count of these bins, which is comparable whatever their number is; and the highest of all means. */
double scale_mean(const struct plot *histogram, size_t first, size_t group);
double scale_highest(const struct plot *histogram, size_t group);

/* Where bin number bin begins. */
double scale_bin(const struct plot *histogram, size_t bin);

#endif
