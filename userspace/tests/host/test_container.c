// SPDX-License-Identifier: GPL-2.0

#include "host/container.h"
#include "test.h"

#define FOLDER	"tests/host/cgroups"

static void tell(const char *cgroup, char *buf, size_t size)
{
	struct container c;
	char word[CONTAINER_WORD], cut[CONTAINER_WORD], text[128];

	if (!container_parse(cgroup, &c)) {
		snprintf(buf, size, "none");
		return;
	}
	container_word(&c, word, sizeof(word));
	snprintf(text, sizeof(text), "%s", container_shown(word, cut));
	snprintf(buf, size, "%s%s%s", text, *c.pod ? " " : "", c.pod);
}

/* One case of a file: "= WANT", then lines up to an empty one. */
static bool read_case(FILE *f, char *want, char *cgroup, size_t size)
{
	char line[1024];

	*want = *cgroup = '\0';
	while (fgets(line, sizeof(line), f) && (*line != '\n' || !*want)) {
		if (*line == '=')
			snprintf(want, 256, "%.*s",
				 (int)strcspn(line + 2, "\n"), line + 2);
		else if (*line != '#' && *line != '\n')
			snprintf(cgroup + strlen(cgroup),
				 size - strlen(cgroup), "%s", line);
	}
	return *want;
}

static void recorded(void **state)
{
	char path[128], want[256], got[256], cgroup[8192];
	const char *name = *state;
	int n = 0, bad = 0;
	FILE *f;

	snprintf(path, sizeof(path), FOLDER "/%s", name);
	f = fopen(path, "r");
	expect_true(f);
	for (; read_case(f, want, cgroup, sizeof(cgroup)); n++) {
		tell(cgroup, got, sizeof(got));
		if (!strcmp(got, want))
			continue;
		print_error("expected \"%s\", got \"%s\" for %s", want, got,
			    cgroup);
		bad++;
	}
	fclose(f);
	expect_true(n >= 4);
	expect_int(bad, 0);
}

/* Every start of every file: none may be read past its end. */
static void cut_off(void **state)
{
	static const char *const names[] = { "docker", "kubernetes", "lxc",
					     "systemd", "podman", "odd" };
	char path[128], text[16384];
	struct container c;
	size_t i, len;
	FILE *f;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), FOLDER "/%s", names[i]);
		f = fopen(path, "r");
		expect_true(f);
		len = fread(text, 1, sizeof(text) - 1, f);
		fclose(f);
		for (; len; len--) {
			char *copy = strndup(text, len);

			container_parse(copy, &c);
			free(copy);
		}
	}
}

#define OUTER	"8c1a1b6d4f3e2a59c7d0e4f1b6a83925d7c40e1f2a3b4c5d6e7f8091a2b3c4d5"
#define INNER	"f1b6a83925d7c40e1f2a3b4c5d6e7f8091a2b3c4d58c1a1b6d4f3e2a59c7d0e4"
#define POD	"11111111-2222-3333-4444-555555555555"
#define KUBELET	"/kubelet.slice/kubelet-pod11111111_2222_3333_4444_555555555555.slice/"

/* By level: the innermost, that around it, ... */
static void nested(void **state)
{
	static const struct { const char *cgroup, *want[4]; } all[] = {
		{ "0::/docker/" OUTER "/docker/" INNER,
		  { "docker:" INNER " ", "docker:" OUTER " " } },
		{ "0::/system.slice/docker-" OUTER ".scope" KUBELET "cri-containerd-" INNER ".scope",
		  { "containerd:" INNER " " POD, "docker:" OUTER " " } },
		{ "0::/lxc.payload.a/lxc.payload.b/machine.slice/libpod-" INNER ".scope",
		  { "podman:" INNER " ", "lxc:b ", "lxc:a " } },
		{ "0::/kubepods/pod" POD "/" OUTER "/docker/" INNER,
		  { "docker:" INNER " " POD, "cri:" OUTER " " POD } },
		{ "0::/system.slice/ssh.service", { "systemd:ssh.service " } },
		{ "0::/user.slice", { NULL } },
	};
	char word[CONTAINER_WORD], text[256];
	struct container c;
	unsigned int k;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(all); i++) {
		for (k = 0; all[i].want[k]; k++) {
			expect_true(container_parse_outer(all[i].cgroup, k, &c));
			container_word(&c, word, sizeof(word));
			snprintf(text, sizeof(text), "%s %s", word, c.pod);
			expect_text(text, all[i].want[k]);
		}
		expect_true(!container_parse_outer(all[i].cgroup, k, &c));
	}
}

static void shown(void **state)
{
	char buf[CONTAINER_WORD];

	(void)state;
	expect_text(container_shown("docker:" OUTER, buf), "docker:8c1a1b6d4f3e");
	expect_text(container_shown("docker:8c1a", buf), "docker:8c1a");
	expect_text(container_shown("lxc:web", buf), "lxc:web");
	expect_text(container_shown("", buf), "");
	expect_true(!container_shown(NULL, buf));
}

/* With a name of the runtime's own sort only. */
static void stopped(void **state)
{
	static const struct {
		const char *word;
		bool sandbox;
		const char *command;
	} all[] = {
		{ "docker:8c1a", false, "docker stop 8c1a" },
		{ "podman:8c1a", false, "podman stop 8c1a" },
		{ "containerd:8c1a", false, "nerdctl stop 8c1a" },
		{ "containerd:8c1a", true, "crictl stopp 8c1a" },
		{ "crio:8c1a", true, "crictl stopp 8c1a" },
		{ "crio:8c1a", false, NULL },
		{ "nspawn:web", false, "machinectl poweroff web" },
		{ "lxc:web-1.a", false, "lxc-stop -n web-1.a" },
		{ "systemd:a@1.service", false, "systemctl stop a@1.service" },
		{ "systemd:a\\x2d.service", false,
		  "systemctl stop 'a\\x2d.service'" },
		{ "lxc:-r", false, NULL }, { "lxc:a b", false, NULL },
		{ "lxc:a;b", false, NULL }, { "lxc:", false, NULL },
		{ "lxc:a\nb", false, NULL }, { "lxc:\xff", false, NULL },
		{ "docker:$(x)", false, NULL }, { "crio:$(x)", true, NULL },
		{ "systemd:a'b.service", false, NULL },
		{ "oci:8c1a", false, NULL }, { "lx:web", false, NULL },
	};
	char buf[80];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(all); i++) {
		expect_true(container_stop(all[i].word, all[i].sandbox, buf,
					   sizeof(buf)) == !!all[i].command);
		if (all[i].command)
			expect_text(buf, all[i].command);
	}
	expect_true(!container_stop("docker:8c1a", false, buf, 16));
}

/* Longer than any name, any path, any file that the kernel makes. */
static void endless(void **state)
{
	static const char start[] = "0::/lxc.payload.";
	size_t size = 1 << 20;
	char *text = malloc(size), buf[32];
	struct container c;

	(void)state;
	memset(text, 'a', size - 1);
	text[size - 1] = '\0';
	expect_true(!container_parse(text, &c));
	memcpy(text, start, strlen(start));
	expect_true(container_parse(text, &c));
	expect_int(strlen(c.id), sizeof(c.id) - 1);
	container_word(&c, buf, sizeof(buf));
	expect_text(buf, "lxc:aaaaaaaaaaaaaaaaaaaaaaaaaaa");
	container_word(&c, buf, 1);
	expect_text(buf, "");
	memset(text, '/', size - 1);
	memcpy(text, "0::", 3);
	expect_true(!container_parse(text, &c));
	memset(text, '\n', size - 1);
	expect_true(!container_parse(text, &c));
	expect_true(!container_parse("", &c));
	free(text);
}

/* Around the room that there is for it. */
static void long_names(void **state)
{
	char text[128] = "0::/lxc.payload.";
	size_t start = strlen(text), len;
	struct container c;

	(void)state;
	for (len = 1; start + len < sizeof(text); len++) {
		text[start + len - 1] = 'a';
		expect_true(container_parse(text, &c));
		expect_int(strlen(c.id), len < sizeof(c.id) ?
					 len : sizeof(c.id) - 1);
	}
}

static void whole_id(void **state)
{
	static const char id[] =
		"8c1a1b6d4f3e2a59c7d0e4f1b6a83925d7c40e1f2a3b4c5d6e7f8091a2b3c4d5";
	struct container c;
	char text[128];

	(void)state;
	snprintf(text, sizeof(text), "0::/docker/%s", id);
	expect_true(container_parse(text, &c));
	expect_text(c.runtime, "docker");
	expect_text(c.id, id);
	expect_text(c.pod, "");
}

int main(void)
{
	static char *const files[] = { "docker", "kubernetes", "containerd",
				       "podman", "lxc", "systemd", "odd" };
	struct CMUnitTest tests[ARRAY_SIZE(files) + 4] = {
		cmocka_unit_test(cut_off),
		cmocka_unit_test(nested),
		cmocka_unit_test(shown),
		cmocka_unit_test(stopped),
		cmocka_unit_test(endless),
		cmocka_unit_test(long_names),
		cmocka_unit_test(whole_id),
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(files); i++)
		tests[4 + i] = (struct CMUnitTest){ .name = files[i],
						    .test_func = recorded,
						    .initial_state = files[i] };
	return run_group("container", tests, ARRAY_SIZE(tests));
}
