#!/usr/bin/env bash
# Everything a newcomer needs to see green: installs what is missing, builds, runs all tests, and closes with
#   N passed, N failed, N skipped
# Needs the .NET SDK of global.json. Extra profiles: WAPPA_LONG=1 runs the longer randomized tests.
set -u
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en

# A developer's shell may hold a real account: no test may speak in its name.
unset WHATSAPP_API_URL WHATSAPP_ACCESS_TOKEN WHATSAPP_PHONE_NUMBER_ID WHATSAPP_BUSINESS_ACCOUNT_ID \
    WHATSAPP_WEBHOOK_VERIFY_TOKEN WHATSAPP_WEBHOOK_SECRET WP_ACCESS_TOKEN WP_PHONE_ID WP_BID WP_WEBHOOK_VERIFY_TOKEN \
    PORT LOG_LEVEL ENVIRONMENT

note() { printf '\n== %s\n' "$*"; }

# Installs a Debian package when its command is missing and apt may be used; the tests say what they lack otherwise.
need() { # command package
    command -v "$1" >/dev/null 2>&1 && return 0
    command -v apt-get >/dev/null 2>&1 || return 0
    local sudo=""
    [ "$(id -u)" -eq 0 ] || { command -v sudo >/dev/null 2>&1 && sudo="sudo -n"; }
    note "installing $2"
    { $sudo apt-get install -y -qq "$2" || { $sudo apt-get update -qq && $sudo apt-get install -y -qq "$2"; }; } >/dev/null 2>&1 ||
        echo "could not install $2; tests that need it will say so"
}

limited() { # macOS has no timeout
    if command -v timeout >/dev/null 2>&1; then timeout --signal=KILL "${WAPPA_TEST_TIMEOUT:-900}" "$@"; else "$@"; fi
}

command -v dotnet >/dev/null 2>&1 || { echo "The .NET SDK of global.json is needed: https://dot.net"; exit 1; }
need chromium chromium
need redis-server redis-server
# Debian keeps PostgreSQL's programs out of the path.
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || need initdb postgresql
command -v apt-cache >/dev/null 2>&1 && apt-cache show valkey-server >/dev/null 2>&1 && need valkey-server valkey-server
[ "$(uname)" = Linux ] && need strace strace

note "build"
dotnet build Wappa.slnx -c Release -v quiet --nologo || { echo "the build failed"; echo "0 passed, 1 failed, 0 skipped"; exit 1; }

passed=0 failed=0 skipped=0 broken=0
run() { # test project, arguments for its runner
    local name=$1 log code line bad skip
    shift
    log=$(mktemp)
    limited "tests/$name/bin/Release/net10.0/$name" -noLogo -noColor "$@" >"$log" 2>&1
    code=$?
    grep -vE '^\s*$' "$log" | tail -n "$([ $code -eq 0 ] && echo 4 || echo 200)"
    # xunit's last line: "   Name  Total: 12, Errors: 0, Failed: 0, Skipped: 0, Not Run: 0, Time: 0.5s"
    line=$(grep -E 'Total: [0-9]+, Errors: [0-9]+' "$log" | tail -n 1)
    rm -f "$log"
    if [ -z "$line" ]; then
        echo "$name ended with code $code and no summary"
        broken=$((broken + 1))
        return
    fi
    count() { sed -E "s/.*$1: ([0-9]+).*/\1/" <<<"$line"; }
    bad=$(($(count Failed) + $(count Errors)))
    skip=$(count Skipped)
    passed=$((passed + $(count Total) - $(count Failed) - skip))
    failed=$((failed + bad))
    skipped=$((skipped + skip))
    [ $code -ne 0 ] && [ $bad -eq 0 ] && broken=$((broken + 1))
}

for project in tests/*/*.csproj; do
    name=$(basename "$project" .csproj)
    note "$name"
    run "$name"
done

# Servers that stand in for Redis, where there are any.
for server in valkey-server garnet-server; do
    path=$(command -v "$server") || continue
    note "Wappa.Caching.Redis.Tests on $server"
    WAPPA_REDIS_SERVER=$path run Wappa.Caching.Redis.Tests -class 'Wappa.Caching.Redis.Tests.Records.Redis*'
done

failed=$((failed + broken))
echo
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
