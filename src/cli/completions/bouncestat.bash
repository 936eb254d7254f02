# bash completion for bouncestat(1)

_bouncestat_options='
	--csv --suppression --db --keep --fail-if --prometheus
	--since --until --tz --log-tz --year
	--domain --code --category --relay --sender-domain --scope
	--internal-relay --incident-min --by --top
	-r --recursive --format --csv-raw --replies --patterns --redact
	-j --jobs --now -q --quiet --no-progress --color
	-h --help -V --version'

_bouncestat_commands='report domain events deliveries classify explain check merge'

_bouncestat_categories='
	user_unknown mailbox_inactive mailbox_full domain_invalid dns_failure
	connection_failed routing_error remote_system tls_failure greylisted
	rate_limited message_too_large spam_content virus_attachment
	content_invalid ip_blocked domain_blocked auth_failure sender_dns
	sender_refused relay_denied policy_rejected protocol_error expired
	local_policy unknown'

_bouncestat_zones()
{
	local zones=/usr/share/zoneinfo

	(cd "$zones" 2>/dev/null &&
	    find -L . -type f ! -path './posix/*' ! -path './right/*' |
	    sed -n 's,^\./\([A-Z].*\)$,\1,p')
}

# What may follow the option; false when the option takes no value.
_bouncestat_value()
{
	local option=$1 current=$2

	case $option in
	--scope)
		mapfile -t COMPREPLY < <(compgen -W 'remote local all' -- "$current") ;;
	--by)
		mapfile -t COMPREPLY < <(compgen -W 'domain registrable' -- "$current") ;;
	--format)
		mapfile -t COMPREPLY < <(compgen -W 'csv tsv ndjson postfix exim sendmail opensmtpd qmail haraka kumomta powermta' -- "$current") ;;
	--color)
		mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$current") ;;
	--category)
		mapfile -t COMPREPLY < <(compgen -W "$_bouncestat_categories" -- "$current") ;;
	--since | --until | --now)
		mapfile -t COMPREPLY < <(compgen -W 'today yesterday -24h -7d' -- "$current") ;;
	--tz | --log-tz)
		mapfile -t COMPREPLY < <(compgen -W "$(_bouncestat_zones)" -- "$current") ;;
	--csv | --patterns)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
	--suppression | --db | --prometheus | --replies | --redact)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
	--year | --domain | --code | --relay | --sender-domain | \
	--internal-relay | --incident-min | --top | --keep | --fail-if | -j | --jobs)
		;;
	*)
		return 1 ;;
	esac
	return 0
}

_bouncestat()
{
	local current=${COMP_WORDS[COMP_CWORD]}
	local previous=${COMP_WORDS[COMP_CWORD - 1]}
	local word has_command=

	COMPREPLY=()
	# bash takes "=" for a word of its own: --scope = local
	if [[ $current == = ]]; then
		current=
	elif [[ $previous == = && $COMP_CWORD -gt 1 ]]; then
		previous=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	_bouncestat_value "$previous" "$current" && return
	if [[ $current == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$_bouncestat_options" -- "$current")
		return
	fi
	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		[[ " $_bouncestat_commands " == *" $word "* ]] && has_command=1
	done
	compopt -o filenames 2>/dev/null
	mapfile -t COMPREPLY < <(
		[[ $has_command ]] ||
		    compgen -W "$_bouncestat_commands" -- "$current"
		compgen -f -- "$current")
}

complete -F _bouncestat bouncestat
