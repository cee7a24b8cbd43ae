#!/usr/bin/env bash
# The benchmarks: ./bench.sh [quick] [area…]. What they measure and how to read them: bench/README.md.
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet build bench/Wappa.Benchmarks --configuration Release --verbosity quiet --nologo
exec bench/Wappa.Benchmarks/bin/Release/net10.0/Wappa.Benchmarks "$@"
