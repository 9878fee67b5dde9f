# Servers that tests use. A test finds one through a variable, and does without if the variable is not set; here all of
# them are set, so nothing is left out. A variable that is already set stays. A server that already answers on its
# port is used; another is installed from Debian's packages if need be, and runs from a folder of its own until the
# run ends.

services() {
	service CRMACCESS_TEST_POSTGRES 5432 start_postgres 'host=127.0.0.1 user=root dbname=test sslmode=disable'
	service CRMACCESS_TEST_MYSQL 3306 start_mariadb 'root@tcp(127.0.0.1:3306)/test?parseTime=true'
	service CRMACCESS_TEST_REDIS 6379 start_redis 127.0.0.1:6379
	service CRMACCESS_TEST_NATS 4222 start_nats 127.0.0.1:4222
}

service() { # variable port start value
	local variable=$1 port=$2 start=$3 value=$4
	if ! grep -rqF --include='*.go' "$variable" .; then
		echo "$variable: no test reads it"
		return
	fi
	if [[ -n ${!variable:-} ]]; then
		echo "$variable: set by the caller"
		return
	fi
	if answers "$port"; then
		echo "$variable: port $port answers"
	else
		echo "$variable: starting a server on port $port"
		"$start" "$port"
	fi
	export "$variable=$value"
}

answers() { # port
	(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

retry() { # command... until it succeeds, for at most a minute
	local try
	for try in {1..300}; do
		"$@" && return
		sleep 0.2
	done
	tail -n 20 "$work"/log.* >&2 || true
	die "still failing after a minute: $*"
}

start_postgres() { # port
	compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || fetch postgresql
	local bin dir user
	bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
	dir=$(home postgres)
	user=$(as postgres)
	$user "$bin/initdb" -D "$dir/data" -U root -A trust -E UTF8 --locale=C.UTF-8 >"$work/log.postgres"
	$user "$bin/postgres" -D "$dir/data" -h 127.0.0.1 -p "$1" -k "$dir" >>"$work/log.postgres" 2>&1 &
	running+=($!)
	retry "$bin/pg_isready" -q -h 127.0.0.1 -p "$1"
	"$bin/psql" -q -h 127.0.0.1 -p "$1" -U root -d postgres -c 'CREATE DATABASE test'
}

start_mariadb() { # port
	command -v mariadbd >/dev/null || fetch mariadb-server
	local dir user
	dir=$(home mysql)
	user=$(as mysql)
	$user mariadb-install-db --no-defaults --auth-root-authentication-method=normal \
		--datadir="$dir/data" >"$work/log.mariadb"
	$user mariadbd --no-defaults --datadir="$dir/data" --socket="$dir/socket" --pid-file="$dir/pid" \
		--bind-address=127.0.0.1 --port="$1" >>"$work/log.mariadb" 2>&1 &
	running+=($!)
	retry answers "$1"
	mariadb --no-defaults -h 127.0.0.1 -P "$1" -u root -e 'CREATE DATABASE IF NOT EXISTS test'
}

start_redis() { # port
	command -v redis-server >/dev/null || fetch redis-server
	local dir
	dir=$(home redis)
	redis-server --bind 127.0.0.1 --port "$1" --save '' --dir "$dir" >"$work/log.redis" 2>&1 &
	running+=($!)
	retry answers "$1"
}

start_nats() { # port
	command -v nats-server >/dev/null || fetch nats-server
	local dir
	dir=$(home nats)
	nats-server -a 127.0.0.1 -p "$1" -js -sd "$dir" >"$work/log.nats" 2>&1 &
	running+=($!)
	retry answers "$1"
}

# home makes a folder for a server, which belongs to the user that runs it.
home() { # name
	mkdir "$work/$1"
	[[ -z $(as "$1") ]] || chown "$1:" "$work/$1"
	echo "$work/$1"
}

# as prints what to put before a command so that it runs as that user: database servers refuse to be root.
as() { # user
	if ((EUID == 0)) && id "$1" >/dev/null 2>&1; then
		echo "env -C / setpriv --reuid=$1 --regid=$1 --init-groups"
	fi
}

# fetch installs Debian packages, without the servers that they would start.
fetch() { # package...
	local root='' failed=0 policy=/usr/sbin/policy-rc.d
	command -v apt-get >/dev/null || die "install $* first: there is no apt-get here"
	((EUID == 0)) || root=sudo
	if [[ ! -e $policy ]]; then
		printf '#!/bin/sh\nexit 101\n' | $root install -m 755 /dev/stdin "$policy"
	else
		policy=
	fi
	$root apt-get update -qq
	$root env DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends "$@" >/dev/null || failed=1
	[[ -z $policy ]] || $root rm "$policy"
	((failed == 0)) || die "could not install $*"
}
