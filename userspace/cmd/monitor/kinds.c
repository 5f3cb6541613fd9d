// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>

#include "base/util.h"
#include "cmd/monitor/monitor.h"

static const char *const kinds[] = {
	[NSINFO_CMD_NETNS_ADD_NTF] = "netns-add",
	[NSINFO_CMD_NETNS_DYING_NTF] = "netns-dying",
	[NSINFO_CMD_NETNS_DEL_NTF] = "netns-del",
	[NSINFO_CMD_DEV_ADD_NTF] = "dev-add",
	[NSINFO_CMD_DEV_DEL_NTF] = "dev-del",
	[NSINFO_CMD_DEV_CHANGE_NTF] = "dev-change",
	[NSINFO_CMD_DEV_MOVE_NTF] = "dev-move",
	[NSINFO_CMD_ADDR_ADD_NTF] = "addr-add",
	[NSINFO_CMD_ADDR_DEL_NTF] = "addr-del",
};

const char *monitor_kind(uint8_t cmd)
{
	return cmd < ARRAY_SIZE(kinds) ? kinds[cmd] : NULL;
}

/* "dev" is all that begins with "dev-". */
static uint64_t match(const char *word, size_t len)
{
	uint64_t cmds = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (len && kinds[i] && !strncmp(kinds[i], word, len) &&
		    (kinds[i][len] == '-' || !kinds[i][len]))
			cmds |= 1ull << i;
	return cmds;
}

int monitor_read_events(const char *list, uint64_t *cmds, struct err *err)
{
	uint64_t some;
	size_t len;

	*cmds = list ? 0 : UINT64_MAX;
	while (list) {
		len = strcspn(list, ",");
		some = match(list, len);
		if (!some)
			return err_usage(err,
					 "--events: '%.*s': not one of netns, dev, addr, netns-add, netns-dying, netns-del, dev-add, dev-del, dev-change, dev-move, addr-add, addr-del",
					 (int)len, list);
		*cmds |= some;
		list = list[len] ? list + len + 1 : NULL;
	}
	return 0;
}
