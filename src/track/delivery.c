#include "track/delivery.h"

const char *
outcome_name(enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_DELIVERED:
		return "delivered";
	case OUTCOME_BOUNCED:
		return "bounced";
	case OUTCOME_EXPIRED:
		return "expired";
	case OUTCOME_PENDING:
		return "pending";
	case OUTCOME_WITHDRAWN:
		return "withdrawn";
	}
	return "";
}

uint32_t
delivery_resolution(const struct delivery *delivery)
{
	/* The same for stamps with fractions as for stamps without. */
	int64_t seconds = floor_divide(delivery->last_attempt_at, 1000) -
	    floor_divide(delivery->first_deferred_at, 1000);

	if (seconds < 0)
		return 0;
	return seconds < UINT32_MAX ? (uint32_t)seconds : UINT32_MAX;
}
