namespace SparkAzure.Core.Tests.Aks;

/// <summary>A kubeconfig, and why kubectl cannot read it.</summary>
/// <param name="Name">What is special about it.</param>
/// <param name="Text">Its text.</param>
/// <param name="Why">A part of the reason that is told; null where kubectl reads it.</param>
internal sealed record KubeConfigSample(string Name, string Text, string? Why);

/// <summary>Kubeconfigs that kubectl reads and such as it does not, each tried with kubectl 1.32.</summary>
internal static class KubeConfigSamples
{
    public const string Usual = """
        apiVersion: v1
        kind: Config
        clusters:
        - cluster:
            server: https://old.example.com:6443
          name: old
        contexts:
        - context:
            cluster: old
            user: old
          name: old
        current-context: old
        preferences: {}
        users:
        - name: old
          user:
            token: abc

        """;

    private const string Number = "'token' on line 17 is a number where text is wanted";
    private const string Flag = "'token' on line 17 is true or false where text is wanted";

    public static IReadOnlyList<KubeConfigSample> All { get; } =
    [
        new("as usual", Usual, null),

        // A machine that lost power; a screen that was copied.
        new("zeros after the text", Usual + new string('\0', 128), "line 18 has a control character (U+0000)"),
        new("zeros alone", new string('\0', 512), "line 1 has a control character (U+0000)"),
        new("an escape in a comment", Usual + "# a\u001b[0mb\n", "line 18 has a control character (U+001B)"),
        new("delete in a comment", Usual + "# \u007f\n", "U+007F"),
        new("a C1 character", Usual + "# \u0080\n", "U+0080"),
        new("a form feed", Usual + "# a\fb\n", "U+000C"),
        new("a noncharacter", Usual + "# \uffff\n", "U+FFFF"),
        new("a zero in a further document", Usual + "---\nx: a\0b\n", "U+0000"),
        new("a new line of C1", Usual + "# \u0085\n", null),
        new("a line separator", Usual + "# \u2028\n", null),
        new("an emoji", Usual + "# \U0001F600\n", null),
        new("a tab in a comment", Usual + "# a\tb\n", null),

        // Names are keys of a map to kubectl.
        new("a user twice", Usual + "- name: old\n  user:\n    token: second\n", "the name 'old' stands twice in its 'users'"),
        new("a cluster three times", With("- cluster:\n", "- name: old\n- name: old\n- cluster:\n"), "the name 'old' stands 3 times in its 'clusters'"),
        new("a context twice", With("contexts:\n", "contexts:\n- name: old\n"), "the name 'old' stands twice in its 'contexts'"),
        new("two without a name", With("- cluster:\n", "- null\n- null\n- cluster:\n"), "the name '' stands twice"),
        new("one without a name", With("- cluster:\n", "- null\n- cluster:\n"), null),
        new("an extension twice", With("preferences: {}", "preferences: {extensions: [{name: a}, {name: a}]}"), null),

        // What stands where text is wanted.
        new("a name that is a number", With("- name: old\n", "- name: 42\n"), "'name' on line 15 is a number where text is wanted (between quotes it is one)"),
        new("a name that is one between quotes", With("- name: old\n", "- name: '42'\n"), null),
        new("a number", Token("12"), Number),
        new("an octal number", Token("012"), Number),
        new("no octal number", Token("089"), Number),
        new("another octal number", Token("0o14"), Number),
        new("a hexadecimal number", Token("0x1F"), Number),
        new("a binary number", Token("0b11"), Number),
        new("a number with underscores", Token("1_000"), Number),
        new("a number with a sign", Token("+5"), Number),
        new("a fraction", Token(".5"), Number),
        new("a number with a point behind", Token("5."), Number),
        new("a power", Token("1e3"), Number),
        new("a number beyond the largest", Token("1e999"), null),
        new("a large number", Token("123456789012345678901234567890"), Number),
        new("a number by its tag", Token("!!int \"12\""), Number),
        new("a text by its tag", Token("!!str 12"), null),
        new("a text by a tag of its own", Token("!mine x"), null),
        new("a date", Token("2024-01-01"), null),
        new("a time", Token("190:20:30"), null),
        new("yes", Token("yes"), Flag),
        new("y", Token("y"), Flag),
        new("Off", Token("Off"), Flag),
        new("null", Token("null"), null),
        new("a tilde", Token("~"), null),
        new("a list", Token("[a]"), "'token' on line 17 is a list where text is wanted"),
        new("keys", Token("{a: b}"), "'token' on line 17 has keys where text is wanted"),
        new("a server that is a number", With("server: https://old.example.com:6443", "server: 5"), "'server' on line 5 is a number"),
        new("a current context that is a number", With("current-context: old", "current-context: 5"), "'current-context' on line 12 is a number"),

        // Other kinds of values.
        new("infinite", Token(".inf"), "line 17 has a number that is none, or infinite"),
        new("no number, in a key that nobody knows", With("preferences: {}", "mine: .NaN"), "line 13 has a number that is none"),
        new("no number at all by its tag", Token("!!int x"), "line 17 has a value that is not what its tag says"),
        new("no flag by its tag", With("preferences: {}", "mine: !!bool x"), "not what its tag says"),
        new("bytes", Token("!!binary aGk="), null),
        new("no bytes", Token("!!binary '**'"), "not what its tag says"),
        new("a flag", With("preferences: {}", "preferences: {colors: yes}"), null),
        new("a flag between quotes", With("preferences: {}", "preferences: {colors: 'true'}"), "'colors' on line 13 is text where true or false is wanted"),
        new("skip-tls 1", Cluster("insecure-skip-tls-verify: 1"), "'insecure-skip-tls-verify' on line 6 is a number"),
        new("skip-tls on", Cluster("insecure-skip-tls-verify: on"), null),
        new("no base64", Cluster("certificate-authority-data: '*'"), "'certificate-authority-data' on line 6 is not base64"),
        new("base64 without its end", Cluster("certificate-authority-data: abc"), "is not base64"),
        new("base64 with a blank", Cluster("certificate-authority-data: YWJj YWJj"), "is not base64"),
        new("base64 for addresses", Cluster("certificate-authority-data: YWI_"), "is not base64"),
        new("base64 in lines", Cluster("certificate-authority-data: |\n      YWJj\n      YWJj"), null),
        new("base64 with bits left", Cluster("certificate-authority-data: YWJ="), null),
        new("base64 that is a number", Cluster("certificate-authority-data: 1234"), "'certificate-authority-data' on line 6 is a number"),
        new("a list that is text", With("contexts:\n", "contexts: ''\nx:\n"), "'contexts' on line 7 is text and no list"),
        new("a list that is keys", With("contexts:\n", "contexts: {}\nx:\n"), "'contexts' on line 7 has keys and no list"),
        new("a list that is nothing", With("contexts:\n", "contexts: Null\nx:\n"), null),
        new("an entry that is a number", With("- cluster:\n", "- 5\n- cluster:\n"), "an entry of 'clusters' on line 4 is a number"),
        new("a user that is a list", With("  user:\n    token", "  user: []\n  x:\n    token"), "'user' on line 16 is a list where keys are wanted"),
        new("preferences that are a list", With("preferences: {}", "preferences: []"), "'preferences' on line 13 is a list"),
        new("groups that are text", User("as-groups: a"), "'as-groups' on line 17 is text and no list"),
        new("groups that are numbers", User("as-groups: [1]"), "'as-groups' on line 17 is a number"),
        new("extra that is text", User("as-user-extra: {a: b}"), "'as-user-extra' on line 17 is text and no list"),
        new("arguments that are numbers", User("exec: {command: a, args: [1]}"), "'args' on line 17 is a number"),
        new("arguments that are flags", User("exec: {command: a, args: [--x, yes]}"), "'args' on line 17 is true or false"),
        new("arguments that are nothing", User("exec: {command: a, args: [--x, null]}"), null),
        new("a variable that is a number", User("exec: {command: a, env: [{name: A, value: 1}]}"), "'value' on line 17 is a number"),
        new("variables that are keys", User("exec: {command: a, env: {A: b}}"), "'env' on line 17 has keys and no list"),
        new("cluster info between quotes", User("exec: {command: a, provideClusterInfo: 'no'}"), "'provideClusterInfo' on line 17 is text"),
        new("a provider's number", User("auth-provider: {name: a, config: {a: 1}}"), "'config' on line 17 is a number"),
        new("an extension's name", With("preferences: {}", "extensions: [{name: 5}]"), "'name' on line 13 is a number"),
        new("an extension", With("preferences: {}", "extensions: [{name: a, extension: {x: 5, y: [yes]}}]"), null),
        new("a key in other letters", User("Token: 5"), null),

        new("keys without a comma", With("preferences: {}", "mine: {\"a\": [b] \"c\": d}"), "a comma is missing on line 13"),
        new("a list without a comma", With("preferences: {}", "mine: [\"a\" \"b\"]"), "it is not YAML, as line 13 shows"),
        new("a key over two lines", With("preferences: {}", "mine: {\"a\n  b\": c}"), "the key before the colon on line 14 is longer than a line"),
        new("a value over two lines", With("preferences: {}", "mine: {a: [b,\n  c], d: \"e\n  f\"}"), null),
        new("commas at the end and between", With("preferences: {}", "mine: [a, {b: [c,], d: e, ? f\n  g : h, i},]"), null),

        // What it says that it is.
        new("a ConfigMap", With("kind: Config", "kind: ConfigMap"), "it says kind: ConfigMap, and a kubeconfig is of kind: Config"),
        new("a config", With("kind: Config", "kind: config"), "it says kind: config"),
        new("a number of a kind", With("kind: Config", "kind: 5"), "it says kind: 5"),
        new("no kind", With("kind: Config\n", ""), null),
        new("an empty kind", With("kind: Config\n", "kind:\n"), null),
        new("v1beta1", With("apiVersion: v1", "apiVersion: v1beta1"), "it says apiVersion: v1beta1, and a kubeconfig is of apiVersion: v1"),
        new("version 1", With("apiVersion: v1", "apiVersion: 1"), "it says apiVersion: 1"),
        new("a group", With("apiVersion: v1", "apiVersion: apps/v1"), "it says apiVersion: apps/v1"),
        new("no version", With("apiVersion: v1\n", ""), null),

        // Where YAML 1.1 in Go ends.
        new("YAML 1.2", "%YAML 1.2\n---\n" + Usual, "its directive on line 1 is none of YAML 1.1"),
        new("YAML 1.1", "# x\n%YAML 1.1\n---\n" + Usual, null),
        new("a percent sign behind the first line", Usual + "x: a\n %b\n", null),
        new("half a character as JSON has it", Token("\"\\ud83d\\ude00\""), "line 17 has an escape between double quotes that only JSON has"),
        new("a slash as JSON may have it", "{\"current-context\": \"a\\/b\"}", "line 1 has an escape between double quotes that only JSON has"),
        new("escapes of both", Token("\"a\\tb\\u00e9\\x41\\\\\\\"\""), null),
        new("a key that is a list", With("preferences: {}", "? [a, b]\n: c"), "line 13 has a key that is no text"),
        new("a value without a key", With("preferences: {}", "~: c"), "line 13 has a value without a key"),
        new("a number for a key", With("preferences: {}", "5: c"), null),
        new("keys that are merged", With("preferences: {}", "x: &a {b: c}\ny:\n  <<: *a"), null),
        new("a number that is merged", With("preferences: {}", "y:\n  <<: 5"), "what line 14 merges has no keys"),
        new("a merged token that is a number", "x: &a {token: 5}\n" + User("<<: *a"), "'token' on line 1 is a number"),
        new("nothing", "", null),
        new("null alone", "null\n", null),
        new("a comment alone", "# nothing yet\n", null),
        new("no keys", "{}\n", null),
        new("a mark of byte order", "\ufeff" + Usual, null),
        new("line ends of Windows", Usual.Replace("\n", "\r\n", StringComparison.Ordinal), null),
    ];

    private static string With(string what, string instead)
    {
        var at = Usual.IndexOf(what, StringComparison.Ordinal);
        return Usual[..at] + instead + Usual[(at + what.Length)..];
    }

    private static string Token(string token) => With("token: abc", $"token: {token}");

    private static string User(string key) => With("token: abc", key);

    private static string Cluster(string key) => With(":6443\n", $":6443\n    {key}\n");
}
