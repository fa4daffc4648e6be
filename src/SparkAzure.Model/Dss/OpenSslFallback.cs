namespace SparkAzure;

/// <summary>
/// How Hadoop 3's ABFS is made to use Java's own TLS: wildfly-openssl 1.0.4 does not get on with the OpenSSL of Spark's
/// images.
/// </summary>
public enum OpenSslFallback
{
    /// <summary>ChannelMode where DSS's Hadoop libraries are known to be of 3.2.1 or later, else WildflyPath.</summary>
    Auto,

    /// <summary>
    /// <c>-Dorg.wildfly.openssl.path=/dev/null</c>, the procedure's way. Hadoop 3.2.0 needs it: it loads OpenSSL
    /// whatever the channel mode.
    /// </summary>
    WildflyPath,

    /// <summary>
    /// <c>fs.azure.ssl.channel.mode=Default_JSSE</c>, Hadoop's own setting; it holds for driver and executors.
    /// </summary>
    ChannelMode,

    /// <summary>Both.</summary>
    Both,
}
