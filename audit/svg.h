/*
 * svg.h - a plot of the dossier as an SVG element within an HTML page: black, grey and dashes only, every
 * number also in words, for whoever prints it or has it read out.
 */
#ifndef ELIG_SVG_H
#define ELIG_SVG_H

#include <stdio.h>

struct plot;

/* number tells the plots of a page apart. The page's style has the classes: .bar, .low (a bar that ends below
 * the line), .narrow (one without room for an outline), .line (dashed), .axis, .grid, .label, .value, .tick. */
void svg_plot(FILE *stream, const struct plot *plot, unsigned number);

#endif
