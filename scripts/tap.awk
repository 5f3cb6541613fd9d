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

# The end of a list: are all there that its plan names?
function settle(depth,    planned, missing)
{
	planned = depth in plan ? plan[depth] : "no"
	missing = planned == "no" ? 1 : planned - count[depth]
	if (missing)
		why = planned " results planned, " count[depth] + 0 " seen"
	failed += missing < 0 ? -missing : missing
	delete plan[depth]
	count[depth] = bad[depth] = 0
}

{ match($0, /^ */); depth = RLENGTH / 4 }

/^ *1\.\.[0-9]+/ { plan[depth] += substr($1, 4); tap = 1 }

/^ *(not )?ok( |$)/ {
	tap = 1
	is_absent = $1 == "ok" && /# SKIP not in [^ ]+: /
	is_bad = $1 == "not" || (/# SKIP/ && !is_absent)
	if (count[depth + 1] || (depth + 1) in plan) {
		if (is_bad && !bad[depth + 1])
			failed++
		settle(depth + 1)
	} else if (is_bad) {
		failed++
	} else if (is_absent) {
		skipped++
	} else {
		passed++
	}
	count[depth]++
	bad[depth] += is_bad
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
		failed++
	print passed + 0, failed + 0, skipped + 0, why
}
