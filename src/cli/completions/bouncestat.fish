# fish completion for bouncestat(1)

set -l commands report domain events deliveries classify explain check merge
set -l categories user_unknown mailbox_inactive mailbox_full domain_invalid \
    dns_failure connection_failed routing_error remote_system tls_failure \
    greylisted rate_limited message_too_large spam_content virus_attachment \
    content_invalid ip_blocked domain_blocked auth_failure sender_dns \
    sender_refused relay_denied policy_rejected protocol_error expired \
    local_policy unknown
set -l first "not __fish_seen_subcommand_from $commands"

complete -c bouncestat -n "$first" -a report -d 'Text report on standard output'
complete -c bouncestat -n "$first" -a domain -d 'Everything about one recipient domain'
complete -c bouncestat -n "$first" -a events -d 'One row for each record'
complete -c bouncestat -n "$first" -a deliveries -d 'One row for each delivery'
complete -c bouncestat -n "$first" -a classify -d 'Replies on standard input, one row for each'
complete -c bouncestat -n "$first" -a explain -d 'What a code or reply means and what to do'
complete -c bouncestat -n "$first" -a check -d 'Prove the pattern files'
complete -c bouncestat -n "$first" -a merge -d 'Add up what several hosts remember'

complete -c bouncestat -l csv -x -a '(__fish_complete_directories)' -d 'Write all tables as CSV files'
complete -c bouncestat -l suppression -r -d 'Write the addresses to remove or to suppress'
complete -c bouncestat -l db -r -d 'Remember what was read'
complete -c bouncestat -l keep -x -d 'Forget days older than this'
complete -c bouncestat -l fail-if -x -d 'Exit with 1 if this holds'
complete -c bouncestat -l prometheus -r -d 'Write the main figures for node_exporter'
complete -c bouncestat -l since -x -a 'today yesterday -24h -7d' -d 'Count from this time on'
complete -c bouncestat -l until -x -a 'today yesterday -24h -7d' -d 'Count up to this time'
complete -c bouncestat -l tz -x -a '(__bouncestat_zones)' -d 'Zone of the days and hours of the report'
complete -c bouncestat -l log-tz -x -a '(__bouncestat_zones)' -d 'Zone of stamps without offset'
complete -c bouncestat -l year -x -d 'Year of the first line of each file'
complete -c bouncestat -l domain -x -d 'Only this recipient domain'
complete -c bouncestat -l code -x -d 'Only this code'
complete -c bouncestat -l category -x -a "$categories" -d 'Only this category'
complete -c bouncestat -l relay -x -d 'Only this relay'
complete -c bouncestat -l sender-domain -x -d 'Only this sender domain'
complete -c bouncestat -l scope -x -a 'remote local all' -d 'Which deliveries count'
complete -c bouncestat -l internal-relay -x -d 'Relay that is a hop'
complete -c bouncestat -l incident-min -x -d 'Failed tries that make an outage'
complete -c bouncestat -l by -x -a 'domain registrable' -d 'Group recipient domains'
complete -c bouncestat -l top -x -d 'Rows of each table of the text report'
complete -c bouncestat -s r -l recursive -d 'Read the files below directories'
complete -c bouncestat -l format -x -a 'csv tsv ndjson postfix exim sendmail opensmtpd qmail haraka kumomta powermta' -d 'Form of rows, or whose logs these are'
complete -c bouncestat -l csv-raw -d 'Do not guard CSV texts against formulas'
complete -c bouncestat -l replies -r -d 'How the rules cover these replies'
complete -c bouncestat -l patterns -x -a '(__fish_complete_directories)' -d 'Other pattern files'
complete -c bouncestat -l redact -r -d 'Show local parts as hashes'
complete -c bouncestat -s j -l jobs -x -d 'Threads'
complete -c bouncestat -l now -x -d 'Take this for the current time'
complete -c bouncestat -s q -l quiet -d 'No report, no warnings'
complete -c bouncestat -l no-progress -d 'No progress on a terminal'
complete -c bouncestat -l color -x -a 'auto always never' -d 'Colours in the text report'
complete -c bouncestat -s h -l help -d 'Print a summary'
complete -c bouncestat -s V -l version -d 'Print version and what it was built with'

function __bouncestat_zones
    find -L /usr/share/zoneinfo -type f -printf '%P\n' 2>/dev/null | string match -r '^[A-Z].*'
end
