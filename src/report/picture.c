#include "report/picture.h"

#include <string.h>

/* "Mon " and 24 hours, and a gap to the next picture. */
#define LABEL_COLUMNS   6
#define PICTURE_COLUMNS (LABEL_COLUMNS + 24)
#define PICTURE_GAP     6

/* Levels: no mail, no failure, then up to these shares in percent. */
static const struct level {
	unsigned below; /* percent */
	const char *ascii;
	const char *block;
} levels[] = {
	{ 0, " ", " " },
	{ 0, ".", "\xc2\xb7" },
	{ 2, ":", "\xe2\x96\x81" },
	{ 5, "-", "\xe2\x96\x82" },
	{ 10, "=", "\xe2\x96\x83" },
	{ 20, "+", "\xe2\x96\x85" },
	{ 50, "*", "\xe2\x96\x86" },
	{ 101, "#", "\xe2\x96\x88" },
};
#define LEVELS (sizeof(levels) / sizeof(levels[0]))

static const char *const weekdays[] = { "Monday", "Tuesday", "Wednesday",
	"Thursday", "Friday", "Saturday", "Sunday" };

const char *
weekday_name(unsigned day)
{
	return weekdays[day % 7];
}

void
picture_of_all(const struct report_view *view, struct picture *picture)
{
	struct tally_hour hours[WEEK_HOURS];

	hours_of_week(view, hours);
	picture->title = "All failures";
	for (unsigned i = 0; i < WEEK_HOURS; i++) {
		picture->failures[i] = hours[i].deferred + hours[i].bounced;
		picture->attempts[i] =
		    picture->failures[i] + hours[i].delivered;
	}
}

void
picture_of_code(const struct report_view *view, struct code_key code,
    struct picture *picture)
{
	const struct keymap *map = &view->tally->code_hours;

	picture_of_all(view, picture);
	memset(picture->failures, 0, sizeof(picture->failures));
	for (uint32_t i = 0; i < map->count; i++) {
		struct key key = keymap_key(map, i);
		struct code_key mine = view_code_key(view, key.part[1]);
		const struct tally_code_hour *counts = keymap_value(map, i);

		if (mine.enhanced == code.enhanced && mine.reply == code.reply)
			picture->failures[view_week_hour(view, key.part[0])] +=
			    counts->deferred + counts->bounced;
	}
}

const char *
picture_level(
    const struct terminal *terminal, uint64_t failures, uint64_t attempts)
{
	size_t level = 0;

	if (attempts > 0)
		level = 1;
	if (failures > 0)
		for (level = 2; level + 1 < LEVELS; level++)
			if (failures * 100 < attempts * levels[level].below)
				break;
	return terminal->utf8 ? levels[level].block : levels[level].ascii;
}

static void
put_padded(struct buffer *out, const char *text, size_t columns)
{
	size_t used = printable_columns(text_of(text));

	buffer_append_string(out, text);
	for (; used < columns; used++)
		buffer_append_byte(out, ' ');
}

static void
put_day(struct terminal *terminal, struct buffer *line,
    const struct picture *picture, unsigned day)
{
	buffer_append_format(line, "  %.3s ", weekdays[day]);
	for (unsigned hour = 0; hour < 24; hour++)
		buffer_append_string(line,
		    picture_level(terminal, picture->failures[day * 24 + hour],
			picture->attempts[day * 24 + hour]));
}

static void
end_line(struct terminal *terminal, struct buffer *line)
{
	while (line->length > 0 && line->data[line->length - 1] == ' ')
		line->length--;
	buffer_append_text(terminal->out, buffer_text(line));
	buffer_append_byte(terminal->out, '\n');
	buffer_clear(line);
}

static void
print_row(
    struct terminal *terminal, const struct picture *pictures, size_t count)
{
	struct buffer line;

	buffer_init(&line, 0);
	for (size_t i = 0; i < count; i++) {
		put_padded(&line, "", LABEL_COLUMNS);
		put_padded(&line, pictures[i].title,
		    PICTURE_COLUMNS - LABEL_COLUMNS + PICTURE_GAP);
	}
	end_line(terminal, &line);
	for (size_t i = 0; i < count; i++) {
		put_padded(&line, "", LABEL_COLUMNS);
		put_padded(&line, "0     6     12    18",
		    PICTURE_COLUMNS - LABEL_COLUMNS + PICTURE_GAP);
	}
	end_line(terminal, &line);
	for (unsigned day = 0; day < 7; day++) {
		for (size_t i = 0; i < count; i++) {
			if (i > 0)
				put_padded(&line, "", PICTURE_GAP);
			put_day(terminal, &line, &pictures[i], day);
		}
		end_line(terminal, &line);
	}
	buffer_release(&line);
}

void
picture_print(
    struct terminal *terminal, const struct picture *pictures, size_t count)
{
	size_t room =
	    (terminal->columns + PICTURE_GAP) / (PICTURE_COLUMNS + PICTURE_GAP);

	if (room == 0)
		room = 1;
	for (size_t start = 0; start < count; start += room) {
		if (start > 0)
			buffer_append_byte(terminal->out, '\n');
		print_row(terminal, pictures + start,
		    count - start < room ? count - start : room);
	}
}

void
picture_print_legend(struct terminal *terminal)
{
	struct buffer text;

	buffer_init(&text, 0);
	buffer_append_string(&text, "Share of the tries that failed:");
	for (size_t i = 1; i < LEVELS; i++) {
		const char *mark =
		    terminal->utf8 ? levels[i].block : levels[i].ascii;

		buffer_append_format(&text, "%s %s ", i > 1 ? "," : "", mark);
		if (i == 1)
			buffer_append_string(&text, "none");
		else if (i + 1 < LEVELS)
			buffer_append_format(&text, "<%u%%", levels[i].below);
		else
			buffer_append_format(
			    &text, "%u%% and more", levels[i - 1].below);
	}
	buffer_append_string(&text, "; blank: no tries.");
	terminal_paragraph(terminal, "  ", 2, buffer_text(&text));
	buffer_release(&text);
}

bool
picture_worst_hour(
    const struct picture *picture, uint64_t least, unsigned *hour)
{
	double worst = 0.0;

	for (unsigned i = 0; i < WEEK_HOURS; i++) {
		double share;

		if (picture->attempts[i] < least || picture->attempts[i] == 0)
			continue;
		share =
		    (double)picture->failures[i] / (double)picture->attempts[i];
		if (share > worst) {
			worst = share;
			*hour = i;
		}
	}
	return worst > 0.0;
}
