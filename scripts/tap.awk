# SPDX-License-Identifier: GPL-2.0
#
# tap.awk: counts the results in TAP or KTAP and prints "passed failed skipped
# why".
# The exit status of what wrote it comes as -v status=N.
#
# A result that follows deeper ones sums them up: the deepest count. Every
# result of a plan that is missing has failed, and so has what was skipped,
# but for what is known not to be in a kernel ("# SKIP not in KERNEL: why").
# Where there is no TAP at all the exit status is the one result.
#
# With -v gate=NAME it prints the failures instead, each with the first and the
# last lines that explain it: those before it in KTAP, and those after it as
# well in TAP, where " - " comes after the number.

function cut(line)
{
	return length(line) > 200 ? substr(line, 1, 197) "..." : line
}

function note(line)
{
	notes[n_fails, ++n_notes[n_fails]] = line
}

# fail N WHAT DEPTH: counts N, and keeps which result it is.
function fail(n, what, depth,    i)
{
	failed += n
	n_fails++
	for (i = depth - 1; i >= 0; i--)
		if (i in subtest)
			what = subtest[i] ": " what
	fails[n_fails] = what
	for (i = 1; i <= n_text; i++)
		note(text[i])
}

function print_fails(    i, j)
{
	for (i = 1; i <= n_fails; i++) {
		print gate ": " cut(fails[i])
		for (j = 1; i <= 20 && j <= n_notes[i]; j++) {
			if (j == 4 && n_notes[i] > 5) {
				print "  [...]"
				j = n_notes[i] - 1
			}
			print "  " cut(notes[i, j])
		}
	}
}

# The end of a list: are all there that its plan names?
function settle(depth,    planned, missing)
{
	planned = depth in plan ? plan[depth] : "no"
	missing = planned == "no" ? 1 : planned - count[depth]
	if (missing) {
		why = planned " results planned, " count[depth] + 0 " seen"
		fail(missing < 0 ? -missing : missing, why, depth)
	}
	delete plan[depth]
	count[depth] = bad[depth] = 0
}

{ match($0, /^ */); depth = RLENGTH / 4 }

/^ *# Subtest: / { subtest[depth] = $3; next }

/^ *1\.\.[0-9]+/ { plan[depth] += substr($1, 4); tap = 1; next }

/^ *(KTAP version|# (time|run just this): |$)/ { next }

!/^ *(not )?ok( |$)/ {
	sub(/^[ #]*/, "")
	if (is_after)
		note($0)
	else
		text[++n_text] = $0
	next
}

{
	tap = 1
	what = $0
	sub(/^ *(not )?ok *[0-9]* */, "", what)
	is_after = sub(/^- /, "", what)
	is_absent = $1 == "ok" && /# SKIP not in [^ ]+: /
	is_bad = $1 == "not" || (/# SKIP/ && !is_absent)
	if (count[depth + 1] || (depth + 1) in plan) {
		if (is_bad && !bad[depth + 1])
			fail(1, what, depth)
		settle(depth + 1)
	} else if (is_bad) {
		fail(1, what, depth)
	} else if (is_absent) {
		skipped++
	} else {
		passed++
	}
	count[depth]++
	bad[depth] += is_bad
	is_after = is_after && is_bad
	n_text = 0
	delete subtest[depth]
}

END {
	if (!tap && status == 0)
		passed = 1
	for (depth = 9; depth >= 0; depth--)
		if (count[depth] || depth in plan)
			settle(depth)
	if (status != 0 && !failed)
		why = "exit status " status
	else if (passed + failed + skipped == 0)
		why = "no result"
	if (status != 0 && !failed || passed + failed + skipped == 0)
		fail(1, why, 0)
	if (gate != "")
		print_fails()
	else
		print passed + 0, failed + 0, skipped + 0, why
}
