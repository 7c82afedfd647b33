/*
 * words.h - public words of a file, campaign and labels, in a report: anyone reads them in the file, but one
 * that is somebody's identifier must not be repeated where it was put by mistake.
 */
#ifndef ELIG_WORDS_H
#define ELIG_WORDS_H

/* 1 if a zero-terminated word may stand in a report: it has no '@' and at most WORDS_DIGITS digits. */
#define WORDS_DIGITS 5
int words_may_be_shown(const char *word);

#endif
