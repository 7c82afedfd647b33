/* SPDX-License-Identifier: Apache-2.0 */
/* program.h - how each program begins and ends. */
#ifndef ELIG_PROGRAM_H
#define ELIG_PROGRAM_H

/*
 * The whole of main(): messages begin with name (which must outlive the program), the process is hardened,
 * run() does the work and returns the exit code, its stack is cleared, and standard output is flushed. Returns
 * the exit code: that of run(), or EXIT_CANNOT if the program cannot begin, or what it printed was not written.
 */
int program_run(const char *name, int (*run)(int argc, char **argv), int argc, char **argv);

#endif
