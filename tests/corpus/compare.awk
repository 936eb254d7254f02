# Compares what the program says of each delivery with what is known of it.
#
#   bouncestat deliveries --format tsv ... | awk -v expected=FILE \
#       -v scope=remote|local|all -f compare.awk
#
# The expected file has a line for each delivery, with the columns that its
# first line names:
#   message, sender, section, plan   for people
#   queue_ids    every queue id that the message ran under, first to last;
#                the delivery may be shown under any of them
#   recipient    after aliasing, its domain as A-labels
#   or_recipient another way in which the log writes it: a mailbox, a file, a
#                command, an address without its quotes
#   presence     must; or may: the log does not tell what kind of row it is
#   scope        remote, local; or either: the log does not tell
#   outcome, attempts, suspended     - where the log does not decide it
#   first_at, last_at                the attempts lie between them (UTC)
#   truth, temp_rounds, temp_failures, perm_failures   for people: what the
#                receiving side saw
#
# Prints each difference and a line of totals; exits 1 if anything differs.

BEGIN {
	FS = "\t"
	if (expected == "" || scope == "")
		usage = 1
	for (line = 0; !usage && (getline row < expected) > 0; line++) {
		count = split(row, cell, "\t")
		if (line == 0) {
			sub(/^#/, "", cell[1])
			for (i = 1; i <= count; i++)
				column[cell[i]] = i
			continue
		}
		load(line)
	}
	if (usage || line < 2) {
		print "compare.awk: no expected file or no scope"
		differences = 1
		exit
	}
}

function load(number,    ids, i) {
	recipient[number] = cell[column["recipient"]]
	gsub(/\\\\/, "\\", recipient[number])
	outcome[number] = cell[column["outcome"]]
	attempts[number] = cell[column["attempts"]]
	suspended[number] = cell[column["suspended"]]
	sender_domain[number] = domain_of(cell[column["sender"]])
	first_at[number] = cell[column["first_at"]]
	last_at[number] = cell[column["last_at"]]
	plan[number] = cell[column["message"]] " " cell[column["plan"]]
	queue_ids[number] = cell[column["queue_ids"]]
	where = cell[column["scope"]]
	wanted[number] = cell[column["presence"]] == "must" && \
	    where != "either" || scope == "all" && \
	    cell[column["presence"]] == "must"
	allowed[number] = scope == "all" || where == scope || where == "either"
	if (!allowed[number])
		wanted[number] = 0
	count = split(queue_ids[number], ids, " ")
	for (i = 1; i <= count; i++) {
		key = ids[i] SUBSEP recipient[number]
		rows[key] = rows[key] " " number
		if (cell[column["or_recipient"]] == "-")
			continue
		key = ids[i] SUBSEP cell[column["or_recipient"]]
		rows[key] = rows[key] " " number
	}
	if (wanted[number])
		totals_expected[outcome[number]]++
}

function domain_of(address) {
	if (address == "-")
		return "-"
	if (!sub(/^.*@/, "", address))
		return ""
	return tolower(address)
}

function local_part(address) {
	sub(/@[^@]*$/, "", address)
	return address
}

function differ(number, text) {
	differences++
	printf "%s: %s (%s; queue ids %s)\n", recipient[number], text, \
	    plan[number], queue_ids[number]
}

# Several deliveries of one message to one recipient are told apart by their
# outcome.
function find(key,    candidates, count, i, best) {
	count = split(rows[key], candidates, " ")
	best = 0
	for (i = 1; i <= count; i++) {
		if (found[candidates[i]])
			continue
		if (!best || outcome[candidates[i]] == $8)
			best = candidates[i]
	}
	return best ? best : candidates[1]
}

{
	address = $6 == "" ? $5 : local_part($5) "@" $6
	gsub(/\\\\/, "\\", address)
	totals_seen[$8]++
	key = $3 SUBSEP address
	if (!(key in rows)) {
		differences++
		printf "%s: surplus delivery under %s: %s\n", address, $3, $8
		next
	}
	number = find(key)
	if (found[number]++) {
		differ(number, "shown again under " $3 ": " $8)
		next
	}
	if (!allowed[number])
		differ(number, "does not belong to the scope " scope)
	if (outcome[number] != "-" && outcome[number] != $8)
		differ(number, "outcome " $8 ", not " outcome[number])
	if (attempts[number] != "-" && attempts[number] != $9)
		differ(number, "attempts " $9 ", not " attempts[number])
	if (suspended[number] != "-" && suspended[number] != $10)
		differ(number, "suspended " $10 ", not " suspended[number])
	if (sender_domain[number] != "-" && sender_domain[number] != $4)
		differ(number, "sender domain " $4 ", not " \
		    sender_domain[number])
	if ($12 != "" && $12 < first_at[number])
		differ(number, "first attempt at " $12 ", before " \
		    first_at[number])
	if ($13 != "" && $13 > last_at[number])
		differ(number, "last attempt at " $13 ", after " \
		    last_at[number])
}

END {
	for (number = 1; number < line; number++)
		if (wanted[number] && !found[number])
			differ(number, "missing delivery: " outcome[number])
	text = ""
	count = split("delivered bounced expired pending withdrawn", names, " ")
	for (i = 1; i <= count; i++)
		text = text sprintf(" %s %d of %d,", names[i], \
		    totals_seen[names[i]], totals_expected[names[i]])
	sub(/,$/, ";", text)
	printf "totals:%s %d differences\n", text, differences
	exit differences > 0
}
