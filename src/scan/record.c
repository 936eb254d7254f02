#include "scan/record.h"

#include <assert.h>

static const char *const kind_names[RECORD_KINDS] = { "attempt", "arrival",
	"message", "expiry", "removal", "cancel", "requeue", "notification",
	"reject", "probe" };

static const char *const status_names[RECORD_STATUSES] = { "", "delivered",
	"deferred", "bounced", "expired", "suspended", "discarded" };

static const char *const mta_names[RECORD_MTAS] = { "", "postfix", "exim",
	"sendmail", "opensmtpd", "qmail", "haraka", "kumomta", "powermta" };

static bool
find_name(const char *const *names, unsigned count, struct text word,
    unsigned *number)
{
	for (unsigned i = 0; i < count; i++)
		if (word.length > 0 && text_equal(word, text_of(names[i]))) {
			*number = i;
			return true;
		}
	return false;
}

const char *
record_kind_name(enum record_kind kind)
{
	assert(kind < RECORD_KINDS);
	return kind_names[kind];
}

const char *
record_status_name(enum record_status status)
{
	assert(status < RECORD_STATUSES);
	return status_names[status];
}

const char *
record_mta_name(enum record_mta mta)
{
	assert(mta < RECORD_MTAS);
	return mta_names[mta];
}

bool
record_kind_find(struct text word, enum record_kind *kind)
{
	unsigned number;

	if (!find_name(kind_names, RECORD_KINDS, word, &number))
		return false;
	*kind = (enum record_kind)number;
	return true;
}

bool
record_status_find(struct text word, enum record_status *status)
{
	unsigned number;

	if (!find_name(status_names, RECORD_STATUSES, word, &number))
		return false;
	*status = (enum record_status)number;
	return true;
}

bool
record_mta_find(struct text word, enum record_mta *mta)
{
	unsigned number;

	if (!find_name(mta_names, RECORD_MTAS, word, &number))
		return false;
	*mta = (enum record_mta)number;
	return true;
}
