#!/usr/bin/env bash
# Builds one of the MES beside this file from the kit's protos and runs it: `mes/run.sh python --adapter HOST:PORT`.
# Languages: python, typescript, java, csharp; what each needs is in vendor.md. `--build` instead only builds.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
protos="$here/../proto"
language="${1:?which: python, typescript, java or csharp}"
shift
cd "$here/$language"
used=(isa95/exchange/v1/exchange.proto isa95/exchange/v1/report.proto)
for file in "$protos"/isa95/flow/v1/*.proto; do used+=("isa95/flow/v1/${file##*/}"); done

build_python() {
  mkdir -p gen
  protoc -I "$protos" --plugin=protoc-gen-grpc_python="$(command -v grpc_python_plugin)" \
    --python_out=gen --grpc_python_out=gen "${used[@]}"
}
build_typescript() {
  [ -d node_modules ] || npm ci --no-audit --no-fund
  node_modules/.bin/tsc
}
build_java() {
  mkdir -p gen classes
  protoc -I "$protos" --plugin=protoc-gen-grpc-java="$(command -v grpc_java_plugin)" \
    --java_out=gen --grpc-java_out=gen "${used[@]}"
  find gen -name '*.java' >sources
  javac -J-XX:TieredStopAtLevel=1 -proc:none -nowarn -cp "$jars" -d classes ./*.java @sources
}
build_csharp() { dotnet build --nologo -v quiet -o out; }

# Debian's jars; with Maven or Gradle the build tool knows them.
jars="$here/java/classes"
for name in grpc-api grpc-context grpc-core grpc-netty grpc-protobuf grpc-protobuf-lite grpc-stub protobuf guava \
  perfmark-api netty-buffer netty-codec netty-codec-http netty-codec-http2 netty-common netty-handler \
  netty-handler-proxy netty-resolver netty-transport geronimo-annotation-1.3-spec; do jars+=":/usr/share/java/$name.jar"; done

[ -e .built ] || { "build_$language" >&2; touch .built; }
[ "${1:-}" != --build ] || exit 0
cd - >/dev/null
case "$language" in
  python) exec "${PYTHON:-/usr/bin/python3}" -I "$here/python/mes.py" "$@" ;;
  typescript) exec node "$here/typescript/mes.js" "$@" ;;
  java) exec java -XX:TieredStopAtLevel=1 -cp "$jars" Mes "$@" ;;
  csharp) exec dotnet "$here/csharp/out/Mes.dll" "$@" ;;
esac
