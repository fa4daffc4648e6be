namespace SparkAzure.Core.Setup.Checks;

/// <summary>
/// What the pod runs, behind the image's own entry point, which passes on what it does not know (entrypoint.sh:
/// "pass-through mode"). It needs what every image of Spark has: bash, java, and Scala's compiler among Spark's jars. It
/// says what it saw in the termination message (4096 bytes), which stands in the pod's status: so nobody needs the right to
/// read logs.
/// </summary>
internal static class InsideScript
{
    /// <summary>The most that is said of one thing, in characters: eleven of them fit into the message.</summary>
    private const int LongestWord = 300;

    /// <summary>
    /// The script. Each line of its report: what, ok or fail, and what was seen, apart by tabs. Variables: WORD,
    /// DRIVER_HOST, PORTS (key=port …), LAKES (address …), SECRETS (name=folder a line), JARS (the driver's, "sha256  name" a
    /// line), JAVA_OPTIONS, SOURCE.
    /// </summary>
    public static readonly string Text = """
        home=${SPARK_HOME:-/opt/spark}; java=${JAVA_HOME:+$JAVA_HOME/bin/}java; work=$(mktemp -d); report=$work/report
        say() { text=$(printf %s "$3" | tr '\t\n\r' '   '); printf '%s\t%s\t%s\n' "$1" "$2" "${text:0:LONGEST}" >>"$report"; }
        if [ $BASHPID = 1 ]; then say start fail "the image has no entry point: executors' arguments would be run as a program"; else say start ok "$(id -u)"; fi
        knock() {
            key=${1%%=*}; port=${1##*=}
            got=$(timeout 6 bash -c 'exec 3<>"/dev/tcp/$0/$1" && printf "%s\n" "$2" >&3 && IFS= read -r -t 5 line <&3 && printf %s "$line"' "$DRIVER_HOST" "$port" "$WORD" 2>&1); code=$?
            if [ "$got" = "$WORD" ]; then say "port $1" ok ""
            elif [ $code = 124 ]; then say "port $1" fail "no answer within 6 s: packets are dropped on the way"
            else say "port $1" fail "${got##*: }"; fi
        }
        if found=$(getent ahosts "$DRIVER_HOST" 2>/dev/null); then
            say host ok "${found%% *}"; for p in $PORTS; do knock "$p" & done
        else
            say host fail "unknown here"; for p in $PORTS; do say "port $p" fail "the name does not resolve"; done
        fi
        if version=$("$java" -version 2>&1); then say java ok "${version%%$'\n'*}"; else say java fail "$version"; fi
        while IFS= read -r secret; do
            [ -n "$secret" ] || continue
            # The kubelet's own entries begin with two dots, and are there without a secret too.
            if [ -n "$(ls -A "${secret#*=}" 2>/dev/null | sed '/^[.][.]/d')" ]; then state=ok; else state=fail; fi
            say "secret ${secret%%=*}" $state "${secret#*=}"
        done <<<"$SECRETS"
        python=$(command -v python3 || command -v python) && say python ok "$("$python" --version 2>&1)" || say python none ""
        (
            cd "$home/jars" 2>/dev/null || { say jars fail "there is no $home/jars"; exit; }
            sha256sum -- *.jar | LC_ALL=C sort >"$work/here"; printf '%s\n' "$JARS" | LC_ALL=C sort >"$work/there"
            if cmp -s "$work/here" "$work/there"; then say jars ok "$(wc -l <"$work/here")"
            else
                names=$(cat "$work/here" "$work/there" | LC_ALL=C sort | uniq -u | sed 's/^[^ ]* *//' | LC_ALL=C sort -u)
                say jars fail "$(printf '%s\n' "$names" | wc -l) differ: $(printf '%s ' $names)"
            fi
        ) &
        (
            printf '%s' "$SOURCE" >"$work/Probe.scala"; mkdir "$work/classes"
            said=$("$java" -XX:TieredStopAtLevel=1 -cp "$home/jars/*" scala.tools.nsc.Main -usejavacp -nowarn -d "$work/classes" "$work/Probe.scala" 2>&1) ||
                { say snappy unknown "Scala's compiler: $said"; exit; }
            "$java" -XX:TieredStopAtLevel=1 $JAVA_OPTIONS -cp "$work/classes:$home/jars/*" SparkAzureProbe $LAKES >"$work/said" 2>"$work/errors" ||
                say snappy unknown "$(tail -n 1 "$work/errors")"
            while IFS=$'\t' read -r what state text; do say "$what" "$state" "$text"; done <"$work/said"
        ) &
        wait
        head -c 4000 "$report" >/dev/termination-log
        """.Replace("LONGEST", LongestWord.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>
    /// What only a JVM with Spark's jars sees: that snappy's native library loads, and that the storage's TLS is trusted.
    /// Compiles with every Scala from 2.11 to 2.13, and without snappy, which an image may lack. Any status of the storage will do: nobody signs in.
    /// </summary>
    public const string Source = """
        object SparkAzureProbe {
          def say(what: String, state: String, text: String): Unit =
            println(Seq(what, state, String.valueOf(text).replaceAll("\\s+", " ")).mkString("\t"))
          def main(hosts: Array[String]): Unit = {
            try {
              val snappy = Class.forName("org.xerial.snappy.Snappy")
              val bytes = snappy.getMethod("compress", classOf[String]).invoke(null, "sparkazure" * 100)
              if (snappy.getMethod("uncompressString", classOf[Array[Byte]]).invoke(null, bytes) == "sparkazure" * 100)
                say("snappy", "ok", String.valueOf(snappy.getMethod("getNativeLibraryVersion").invoke(null)))
              else say("snappy", "fail", "what comes out is not what went in")
            } catch {
              case e: java.lang.reflect.InvocationTargetException => say("snappy", "fail", String.valueOf(e.getCause))
              case e: Throwable => say("snappy", "fail", e.toString)
            }
            for (host <- hosts) {
              try {
                val to = new java.net.URL(host + "/").openConnection.asInstanceOf[java.net.HttpURLConnection]
                to.setConnectTimeout(6000); to.setReadTimeout(6000); to.setInstanceFollowRedirects(false)
                say("lake " + host, "ok", "HTTP " + to.getResponseCode)
              } catch { case e: Throwable => say("lake " + host, "fail", e.toString) }
            }
          }
        }
        """;
}
