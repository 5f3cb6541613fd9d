// SPDX-License-Identifier: GPL-2.0
#include <errno.h>

#include "cmd/holders/render_holders.h"
#include "print/json_netns.h"

static void put_text(struct json *j, const char *key, const char *value)
{
	if (value)
		json_string(j, key, value);
}

static void put_socket(struct json *j, const struct hold *hold)
{
	char buf[HOLDERS_WORD];

	json_string(j, "family", holders_family_name(hold->family, buf));
	json_string(j, "sock_type",
		    holders_sock_type_name(hold->sock_type, buf));
	put_text(j, "protocol", holders_protocol_name(hold->family,
						      hold->protocol, buf));
	put_text(j, "socket_state", holders_state_name(hold));
	put_text(j, "local", hold->local);
	put_text(j, "peer_address", hold->peer);
}

static void put_hold(struct json *j, const struct hold *hold)
{
	json_object(j, NULL);
	json_string(j, "type", holders_type_name(hold->type));
	if (hold->pid)
		json_uint(j, "pid", hold->pid);
	if (hold->tid)
		json_uint(j, "tid", hold->tid);
	if (hold->has_fd)
		json_uint(j, "fd", hold->fd);
	put_text(j, "comm", hold->comm);
	put_text(j, "container", hold->container);
	if (hold->pins)
		json_true(j, "pins");
	if (hold->family)
		put_socket(j, hold);
	if (hold->inode && hold->type != HOLD_TUN)
		json_uint(j, "inode", hold->inode);
	put_text(j, "path", hold->path);
	if (hold->mntns)
		json_uint(j, "mntns", hold->mntns);
	put_text(j, "mntns_file", hold->mnt_file);
	if (hold->hidden)
		json_true(j, "hidden");
	if (hold->times)
		json_uint(j, "times", hold->times);
	json_object_end(j);
}

static void put_account(struct json *j, const struct account *a)
{
	json_object(j, "account");
	json_uint(j, "nsproxies", a->nsproxies);
	json_uint(j, "nsocks", a->sockets);
	json_uint(j, "nsfs_inode", a->nsfs);
	json_uint(j, "proc_files", a->proc_files);
	if (a->has_refs)
		json_int(j, "other", a->other);
	json_uint(j, "nsocks_found", a->sockets_found);
	if (a->subflows)
		json_uint(j, "nsocks_subflows", a->subflows);
	if (a->has_sockets)
		json_int(j, "nsocks_hidden", a->sockets_hidden);
	if (a->nsfs) {
		json_uint(j, "nsfs_refs", a->nsfs_users);
		json_uint(j, "nsfs_fds", a->nsfs_fds);
		json_uint(j, "nsfs_mounts", a->nsfs_mounts);
		json_int(j, "nsfs_hidden", a->nsfs_hidden);
	}
	json_object_end(j);
}

static void put_suspects(struct json *j, const struct holders *h)
{
	size_t i;

	json_array(j, "suspects");
	for (i = 0; i < h->n_suspects; i++) {
		const struct suspect *s = &h->suspects[i];

		json_object(j, NULL);
		json_string(j, "type", s->type == SUSPECT_MESSAGE ?
				       "message" : "io_uring");
		json_uint(j, "pid", s->pid);
		if (s->tid)
			json_uint(j, "tid", s->tid);
		put_text(j, "comm", s->comm);
		json_uint(j, "fd", s->fd);
		json_uint(j, "files", s->n);
		json_object_end(j);
	}
	json_array_end(j);
}

static void put_lines(struct json *j, const char *key,
		      const struct lines *lines)
{
	size_t i;

	json_array(j, key);
	for (i = 0; i < lines->n; i++)
		json_string(j, NULL, lines->line[i]);
	json_array_end(j);
}

static void put_waiting(struct json *j, const struct holders *h)
{
	uint32_t i;

	if (!h->ns->n_waiting)
		return;
	json_array(j, "waiting");
	for (i = 0; i < h->ns->n_waiting; i++)
		json_waiting(j, &h->m->waiting[h->ns->first_waiting + i]);
	json_array_end(j);
	if (HAS(h->ns, NSINFO_A_NETNS_NWAITING))
		json_uint(j, "nwaiting", h->ns->all_waiting);
}

static void put_kernel(struct json *j, const struct holders *h)
{
	char buf[HOLDERS_WORD];
	size_t i;

	if (!h->has_kernel)
		return;
	json_array(j, "kernel_sockets");
	for (i = 0; i < h->n_kernel; i++) {
		const struct inside_sock *s = h->kernel[i];

		json_object(j, NULL);
		json_string(j, "family", holders_family_name(s->family, buf));
		json_string(j, "protocol",
			    holders_protocol_name(s->family, s->protocol, buf));
		json_string(j, "local", s->local);
		json_uint(j, "inode", s->inode);
		json_object_end(j);
	}
	json_array_end(j);
}

static void put_uppers(struct json *j, const struct holders *h)
{
	size_t i;

	if (!h->has_uppers)
		return;
	json_array(j, "uppers");
	for (i = 0; i < h->n_uppers; i++) {
		const struct dev *dev = h->uppers[i];

		json_object(j, NULL);
		json_uint(j, "ns", dev->netns_inum);
		json_uint(j, "id", dev->netns_id);
		json_uint(j, "ifindex", dev->ifindex);
		json_string(j, "ifname", dev->ifname);
		if (HAS(dev, NSINFO_A_DEV_KIND))
			json_string(j, "kind", dev->kind);
		if (dev->link_dev)
			json_string(j, "link", dev->link_dev->ifname);
		json_object_end(j);
	}
	json_array_end(j);
}

static void put_netns(struct json *j, const struct holders *h)
{
	const struct netns *ns = h->ns;
	size_t i;

	json_object(j, NULL);
	json_uint(j, "id", ns->id);
	json_uint(j, "ns", ns->inum);
	put_text(j, "state", model_state_name(ns));
	if (HAS(ns, NSINFO_A_NETNS_INACTIVE))
		json_true(j, "inactive");
	if (HAS(ns, NSINFO_A_NETNS_DYING_SINCE))
		json_uint(j, "dying_since", ns->dying_since);
	put_waiting(j, h);
	if (HAS(ns, NSINFO_A_NETNS_REFS))
		json_uint(j, "refs", ns->refs);
	json_array(j, "holders");
	for (i = 0; i < h->n; i++)
		put_hold(j, &h->hold[i]);
	json_array_end(j);
	put_account(j, &h->account);
	put_lines(j, "unexplained", &h->unexplained);
	put_suspects(j, h);
	put_text(j, "trackers", h->trackers);
	put_lines(j, "advice", &h->advice);
	put_lines(j, "commands", &h->commands);
	put_kernel(j, h);
	put_uppers(j, h);
	json_object_end(j);
}

int render_holders_json(FILE *f, const struct holders *all, size_t n,
			bool pretty)
{
	struct json j;
	bool no_memory = false;
	size_t i;

	json_start(&j, f, pretty);
	json_object(&j, NULL);
	json_array(&j, "namespaces");
	for (i = 0; i < n; i++) {
		put_netns(&j, &all[i]);
		no_memory |= all[i].no_memory;
	}
	json_array_end(&j);
	json_object_end(&j);
	json_end(&j);
	return no_memory ? -ENOMEM : 0;
}
