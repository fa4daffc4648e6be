namespace SparkAzure.Core.Spark.Dockerfiles;

/// <summary>
/// The packages of Python 2 that Debian and Ubuntu do not have any more, and what takes their place. Source: apt's list of
/// Debian 12, 2026-11-29, which has python3-X for each. What has been there since Debian 10 under both names is in Debian
/// 11 and Ubuntu 22.04, which lie between.
/// </summary>
internal static class DebianPackages
{
    // python-X of which there is python3-X.
    private static readonly string[] InPython3 =
    [
        "all", "all-dev", "boto", "cairo", "cffi", "cryptography", "dateutil", "dbg", "dev", "distutils", "django", "docutils", "flask", "gi", "grpcio", "h5py", "jinja2", "kerberos", "ldap", "lxml",
        "magic", "mako", "markdown", "matplotlib", "minimal", "mock", "mysqldb", "nose", "numpy", "openssl", "pandas", "paramiko", "pexpect", "pil", "pip", "psutil", "psycopg2", "pycurl", "pymongo", "pytest",
        "redis", "requests", "scipy", "setuptools", "simplejson", "six", "sklearn", "snappy", "sqlalchemy", "tk", "tz", "urllib3", "virtualenv", "wheel", "yaml", "zmq",
    ];

    // Packages that begin so and are no Python 2.
    private static readonly string[] Alive =
        ["python-is-python3", "python-dev-is-python3", "python-apt-common", "python-apt-doc", "python-babel-localedata", "python-matplotlib-data", "python-odf-tools", "python-tinycss2-common"];

    /// <summary>
    /// The names behind <c>python-</c> that also stand behind <c>python3-</c>, as alternatives of a pattern.
    /// </summary>
    public static string InPython3Pattern => string.Join('|', InPython3);

    /// <summary>Whether a package is one of Python 2, under a name without the 2.</summary>
    public static bool IsPython2(string package)
    {
        var name = package.Split('=', ':', '/')[0];
        return name == "python" || (name.StartsWith("python-", StringComparison.Ordinal) && !Alive.Contains(name));
    }
}
