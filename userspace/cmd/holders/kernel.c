// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "cmd/holders/account.h"

/* Sockets of programs all pin their netns, and whoever has them was found. */
static bool is_candidate(const struct holders *h, const struct inside_sock *s)
{
	return (s->family == AF_INET || s->family == AF_INET6) && s->inode &&
	       !holders_has_socket(h, s->inode);
}

size_t holders_find_kernel(struct holders *h)
{
	size_t i;

	free(h->kernel);
	h->kernel = NULL;
	h->n_kernel = 0;
	h->has_kernel = h->inside.complete && h->account.has_sockets &&
			!h->account.sockets_hidden && !h->changed;
	if (!h->has_kernel || !h->inside.n_socks)
		return 0;
	h->kernel = calloc(h->inside.n_socks, sizeof(*h->kernel));
	if (!h->kernel) {
		h->no_memory = true;
		return 0;
	}
	for (i = 0; i < h->inside.n_socks; i++)
		if (is_candidate(h, &h->inside.socks[i]))
			h->kernel[h->n_kernel++] = &h->inside.socks[i];
	return h->n_kernel;
}

void holders_confirm_kernel(struct holders *h, const struct inside *later)
{
	const struct inside_sock *s;
	size_t i, kept = 0;

	for (i = 0; i < h->n_kernel; i++) {
		s = inside_sock(later, h->kernel[i]->inode);
		if (s && !strcmp(s->local, h->kernel[i]->local))
			h->kernel[kept++] = h->kernel[i];
	}
	h->n_kernel = kept;
	h->has_kernel = later->complete;
}
