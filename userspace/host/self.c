// SPDX-License-Identifier: GPL-2.0
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>

#include "host/procfs.h"
#include "host/self.h"
#include "host/unseen.h"

/* PROC_USER_INIT_INO: a constant of the kernel, seen through /proc. */
#define INITIAL_USERNS	4026531837u

static bool has_cap_sys_admin(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct caps[_LINUX_CAPABILITY_U32S_3] = { 0 };

	return !syscall(SYS_capget, &header, caps) &&
	       caps[CAP_TO_INDEX(CAP_SYS_ADMIN)].effective &
	       CAP_TO_MASK(CAP_SYS_ADMIN);
}

/* Without /proc nobody knows which user namespace this is. */
static uint32_t read_userns(void)
{
	uint32_t inum;

	return procfs_ns("/proc", "self", "user", &inum) ? 0 : inum;
}

void self_read(struct viewer *v, const struct model *m)
{
	size_t i;

	v->uid = geteuid();
	v->userns = read_userns();
	v->sees_all = !self_blind() && v->userns && !v->untracked &&
		      !v->missing;
	for (i = 0; i < m->n_netns; i++)
		if (HAS(&m->netns[i], NSINFO_A_NETNS_SELF))
			v->netns = m->netns[i].id;
}

uint32_t self_blind(void)
{
	uint32_t userns = read_userns();

	if (userns && userns != INITIAL_USERNS)
		return BLIND_NETNS | BLIND_USER_NS;
	return has_cap_sys_admin() ? 0 : BLIND_NETNS;
}
