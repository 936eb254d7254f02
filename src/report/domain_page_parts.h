/*
 * The lower half of a domain's page.
 */
#ifndef REPORT_DOMAIN_PAGE_PARTS_H
#define REPORT_DOMAIN_PAGE_PARTS_H

#include "report/domain_page.h"

/* Shown of each kind: the page is one screen. */
#define PAGE_ROWS 6

/* The page while it is written. */
struct page {
	struct terminal *terminal;
	const struct report_view *view;
	const struct view_entity *domain;
	const struct domain_watch *watch; /* may be NULL */
};

/* The relays and the last deliveries are known to the watch only. */
void page_write_relays(const struct page *page);
void page_write_outages(const struct page *page);
void page_write_time_of_day(const struct page *page);
void page_write_last(const struct page *page);

#endif
