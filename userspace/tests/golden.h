/* SPDX-License-Identifier: GPL-2.0 */
/* Whole outputs, compared with the files of tests/golden. */
#ifndef NSINFO_GOLDEN_H
#define NSINFO_GOLDEN_H

/*
 * Fail, and show the difference, unless @text is what the file holds. With
 * GOLDEN=write in the environment the file is written instead: look at the
 * difference before you commit it. What is called *.json must be JSON.
 */
void golden_check(const char *file, const char *text);

#endif
