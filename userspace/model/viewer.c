// SPDX-License-Identifier: GPL-2.0
#include "model/viewer.h"

bool viewer_sees_as(const struct viewer *now, const struct viewer *then)
{
	if (now->sees_all)
		return true;
	if (then->sees_all || now->missing ||
	    (now->untracked && !then->untracked))
		return false;
	return now->uid == then->uid && now->netns == then->netns &&
	       now->userns && now->userns == then->userns;
}
