/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSINFO_NOTIFY_H
#define NSINFO_NOTIFY_H

int nsinfo_notify_init(void);
void nsinfo_notify_exit(void);

#endif /* NSINFO_NOTIFY_H */
