# Every example is built and run once, as a newcomer would.

examples() {
	local folder name program
	for folder in examples/*/; do
		name=$(basename "$folder")
		program=$work/$name.bin
		echo "$name"
		go build -C "$folder" -o "$program" .
		case $name in
		crm) serves "$program" ;;
		quickstart) prints "$program" ;;
		*) ends "$program" ;;
		esac
	done
}

ends() { # program
	timeout 60 "$1" </dev/null || die "$1 did not end well within 60 s; say in .ci/examples.sh how to try it"
}

# prints checks that a program writes what README shows for it: the first plain block under a heading that names it.
prints() { # program
	awk '
		/^```/ { if (inside) exit; fenced = !fenced; inside = fenced && found && /^```(text)?$/; next }
		!fenced && /^#/ { found = tolower($0) ~ /quickstart/ }
		inside' README.md >"$work/shown"
	[[ -s $work/shown ]] || die 'README.md has no ```text block under a heading with "quickstart"'
	"$1" >"$work/printed"
	diff -u --label README.md --label 'the program' "$work/shown" "$work/printed" ||
		die "README.md does not show what quickstart prints"
}

# serves starts the CRM on an empty database, asks it something and checks that it ends within 5 s when told to.
serves() { # program
	local port pid status=0 url log=$work/log.crm
	port=$(free_port)
	url=http://127.0.0.1:$port
	"$1" -addr "127.0.0.1:$port" -db "$work/crm.db" >"$log" 2>&1 &
	pid=$!
	running+=("$pid")
	retry curl -fsL -o /dev/null "$url/"
	curl -fsS -u ann:ann "$url/api/me" && echo
	kill -TERM "$pid"
	timeout 5 tail --pid="$pid" -f /dev/null || die 'the CRM was still running 5 s after SIGTERM'
	wait "$pid" || status=$?
	((status == 0)) || { cat "$log" && die "the CRM ended with status $status"; }
}

free_port() {
	local port
	for port in $(shuf -i 20000-30000 -n 100); do
		if ! answers "$port"; then
			echo "$port"
			return
		fi
	done
	die 'no free port'
}
