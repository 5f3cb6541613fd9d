// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "wire/explain.h"

#define FAMILY	"netlink family " NSINFO_FAMILY_NAME

/* First line of a file of the module's folder; "" where there is none. */
static void read_sys(const char *sys, const char *file, char *buf, int size)
{
	char path[256];
	FILE *f;

	*buf = '\0';
	snprintf(path, sizeof(path), "%s/nsinfo/%s", sys, file);
	f = fopen(path, "re");
	if (!f)
		return;
	if (!fgets(buf, size, f))
		*buf = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	fclose(f);
}

static bool is_there(const char *sys, const char *folder)
{
	char path[256];

	snprintf(path, sizeof(path), "%s%s", sys, folder);
	return !access(path, F_OK);
}

static int not_permitted(struct err *err, const char *what, int errnum,
			 const struct genl_fault *fault)
{
	err_set(err, errnum, "%s: no permission: ", what);
	if (fault && *fault->msg)
		err_add(err, "%s: ", fault->msg);
	err_add(err, "this needs CAP_SYS_ADMIN in the user namespace that owns the netns; try it as root");
	return -errnum;
}

static int not_loaded(struct err *err, const char *sys)
{
	err_exit(err, STATUS_NO_MODULE, ENOENT,
		 "kernel module nsinfo: not loaded%s: ",
		 is_there(sys, "") ? "" : " (or not to be seen from here, as /sys is not mounted)");
	err_add(err, "load it as root with 'modprobe nsinfo', or from the source tree with 'userspace/nsinfo doctor --before-load && insmod kmod/nsinfo.ko'");
	return -ENOENT;
}

static int not_visible(struct err *err, const char *sys)
{
	char state[32];

	read_sys(sys, "initstate", state, sizeof(state));
	if (!strcmp(state, "coming") || !strcmp(state, "going"))
		return err_set(err, ENOENT,
			       FAMILY ": not there: the module is %s: try again in a moment",
			       state[0] == 'c' ? "being loaded" : "being unloaded");
	return err_set(err, ENOENT,
		       FAMILY ": not visible from this netns, though the module is loaded: run nsinfo in the first netns ('nsenter -t 1 -n nsinfo ...'), or unload and load the module again");
}

int explain_family(struct err *err, const char *sys, int errnum)
{
	if (errnum == EPERM || errnum == EACCES)
		return not_permitted(err, FAMILY, errnum, NULL);
	if (errnum != ENOENT)
		return err_set(err, errnum, FAMILY ": %s", strerror(errnum));
	return is_there(sys, "/nsinfo") ? not_visible(err, sys) :
					  not_loaded(err, sys);
}

/* "older (0.0.9; this is nsinfo 0.1.0)" and what to do about it. */
static void say_mismatch(struct err *err, const char *sys, const char *age)
{
	char version[64];

	read_sys(sys, "version", version, sizeof(version));
	err_add(err, "the kernel module%s%s is %s than this tool, nsinfo " NSINFO_VERSION ": ",
		*version ? " " : "", version, age);
	err_add(err, "unload it ('rmmod nsinfo') and load the one that belongs to the tool");
}

int explain_version(struct err *err, const char *sys, uint32_t version)
{
	err_set(err, EPROTONOSUPPORT, FAMILY ": version %u instead of %u: ",
		version, NSINFO_FAMILY_VERSION);
	say_mismatch(err, sys,
		     version < NSINFO_FAMILY_VERSION ? "older" : "newer");
	return -EPROTONOSUPPORT;
}

static const char *attr_name(const struct wire_set *set, uint16_t attr)
{
	if (attr < set->n_attr && set->attr[attr].name)
		return set->attr[attr].name;
	return "?";
}

/* The kernel's own text first, then which attribute it is about. */
static void add_words(struct err *err, const struct wire_set *set, int errnum,
		      const struct genl_fault *fault)
{
	err_add(err, "%s", *fault->msg ? fault->msg : strerror(errnum));
	if (fault->has_attr)
		err_add(err, " (attribute %s)", attr_name(set, fault->attr));
	if (fault->has_missing)
		err_add(err, " (attribute %s is missing)",
			attr_name(set, fault->missing));
}

int explain_refusal(struct err *err, const char *sys, const char *what,
		    const struct wire_set *set, int errnum,
		    const struct genl_fault *fault)
{
	bool unknown = strstr(fault->msg, "Unknown attribute") ||
		       strstr(fault->msg, "unknown attribute");

	if (errnum == EPERM || errnum == EACCES)
		return not_permitted(err, what, errnum, fault);
	err_set(err, errnum, "%s: ", what);
	add_words(err, set, errnum, fault);
	if ((errnum == EOPNOTSUPP && fault->error) || unknown) {
		err_add(err, ": ");
		say_mismatch(err, sys, "older");
	}
	return -errnum;
}
