# Starts a driver of Spark as DSS does: as its account, in the environment of bin/env-*.sh of the data directory (in the order
# of DSS's own start), with spark-submit or spark-shell of the Spark home that DSS was given.
# Arguments: the data directory, and then
#   look                                          print what the environment says, each ended by a NUL
#   submit|shell NAME EXECUTORS ROOT SECONDS      run the job of the module
#   application NAME EXECUTORS ROOT SECONDS FILE  run a program of the caller's
# On standard input, each ended by a NUL: Spark's properties, the job's source, the name of its jar. Then it stays open, and its
# end, whoever brings it about, ends the driver: a caller that was killed leaves none.
mask=$(umask)
umask 077
export DIP_HOME=$1
mode=$2 name=${3-} executors=${4-} root=${5-} limit=${6-} application=${7-}
say() { printf 'SPARKAZURE|%s|%s|%s\n' "$1" "$2" "${3-}"; }

if [ "$mode" != look ]; then
    IFS= read -r -d '' properties
    IFS= read -r -d '' source
    IFS= read -r -d '' jar
fi
exec 3<&0 </dev/null

[ -n "${DKUPYTHONBIN-}" ] || export DKUPYTHONBIN=$DIP_HOME/bin/python
for file in default hadoop spark site; do
    if [ -f "$DIP_HOME/bin/env-$file.sh" ]; then
        . "$DIP_HOME/bin/env-$file.sh" >&2
    fi
done
export SPARK_HOME=${DKU_SPARK_HOME-}
if [ -z "${JAVA_HOME-}" ] && [ -x "${DKUJAVABIN-}" ]; then
    JAVA_HOME=$(dirname "$(dirname "$(readlink -f "$DKUJAVABIN")")")
fi
[ -z "${JAVA_HOME-}" ] || export JAVA_HOME
[ -x "${PYSPARK_DRIVER_PYTHON-}" ] || unset PYSPARK_DRIVER_PYTHON
java=java
[ -z "${JAVA_HOME-}" ] || java=$JAVA_HOME/bin/java

if [ "$mode" = look ]; then
    proxy=${HTTPS_PROXY-}${https_proxy-}${HTTP_PROXY-}${http_proxy-}${ALL_PROXY-}${all_proxy-}
    case ${SPARK_SUBMIT_OPTS-}${JAVA_TOOL_OPTIONS-} in *[Pp]roxy*) proxy=options ;; esac
    printf '%s\0' "$SPARK_HOME" "${JAVA_HOME-}" "${KUBECONFIG:-${HOME-}/.kube/config}" "$(command -v "$java")" "${proxy:+proxy}"
    exit
fi

# Nobody else may put a jar there that would run as this account.
folder=$DIP_HOME/.sparkazure/smoke-test
mkdir -p "$folder" && [ ! -L "$folder" ] && [ -O "$folder" ] && chmod 700 "$folder" && cd "$folder" || {
    say Compile failed "$folder cannot be made a folder of this account alone"
    exit 3
}
# What runs that were killed have left; a name says until when its run may last (seconds, hexadecimal), on which host, and by
# which process. Where other accounts' processes are hidden, only the time tells.
for left in sparkazure-smoke-* /tmp/sparkazure-smoke-*; do
    [ -O "$left" ] && [ ! -L "$left" ] && [[ ${left##*/} =~ ^sparkazure-smoke-([0-9a-f]{8})-[0-9a-f]{6}-([0-9]+)-[0-9a-f]{4} ]] || continue
    if [ $((16#${BASH_REMATCH[1]})) -lt "$(date +%s)" ] || { [ -d /proc/1 ] && [ ! -d "/proc/${BASH_REMATCH[2]}" ]; }; then
        rm -rf "$left"
    fi
done
# The JVM's temporary files, whose folder is /tmp: a JVM that is killed leaves them. Theirs is one of its own there, on the same disk
# with the same rights, and goes with the run. Not by spark.local.dir: executors get that one too. What DSS or the configuration
# says of java.io.tmpdir stands later and wins.
conf=$name.properties temporary=/tmp/$name
trap 'rm -f "$folder/$name".*; rm -rf "$temporary"' EXIT
if mkdir -m 700 "$temporary"; then
    export SPARK_SUBMIT_OPTS="-Djava.io.tmpdir=$temporary ${SPARK_SUBMIT_OPTS-}"
else
    temporary=
fi
{
    # spark-submit reads one file of properties, and DSS's drivers read this one.
    cat "${SPARK_CONF_DIR:-$SPARK_HOME/conf}/spark-defaults.conf" 2>/dev/null
    printf '\n%s' "$properties"
} >"$conf"

case $mode in
    submit)
        if [ ! -s "$jar" ]; then
            say Compile started
            printf %s "$source" >"$name.scala"
            if "$java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$SPARK_HOME/jars/*" scala.tools.nsc.Main -usejavacp -nowarn \
                -d "$name.jar" "$name.scala"; then
                mv "$name.jar" "$jar"
                say Compile passed "$jar"
            else
                say Compile failed "The Scala compiler of $SPARK_HOME/jars ended with $?"
                exit 3
            fi
        fi
        command=("$SPARK_HOME/bin/spark-submit" --properties-file "$folder/$conf" --class SparkAzureSmokeTest "$folder/$jar" "$name" "$executors" "$root")
        ;;
    shell)
        printf '%s\nSparkAzureSmokeTest.main(Array("%s", "%s", "%s"))\n' "$source" "$name" "$executors" "$root" >"$name.scala"
        command=("$SPARK_HOME/bin/spark-shell" --properties-file "$folder/$conf" -i "$folder/$name.scala")
        ;;
    application)
        command=("$SPARK_HOME/bin/spark-submit" --properties-file "$folder/$conf" "$application")
        ;;
esac

say Driver started
# What the driver itself makes, on a path that it shares with executors for one, is as open as that of DSS.
umask "$mask"
"${command[@]}" </dev/null 3<&- &
driver=$!
(
    IFS= read -r -t "$limit" -u 3 _
    kill -TERM "$driver"
    sleep 5
    kill -KILL "$driver"
) >/dev/null 2>&1 &
guard=$!
wait "$driver"
code=$?
kill "$guard" 2>/dev/null
exit "$code"
