namespace SparkAzure;

/// <summary>How a connection signs in to Azure Data Lake Storage.</summary>
public enum AdlsAuthentication
{
    /// <summary>With an access key of the storage account; gen2 only.</summary>
    SharedKey,

    /// <summary>As a service principal with a secret (OAuth client credentials).</summary>
    ClientCredential,

    /// <summary>As the managed identity of the machine that DSS and the executors run on; gen2 only.</summary>
    ManagedIdentity,

    /// <summary>As the service account of a pod that Entra ID trusts; gen2 with Hadoop 3.4.1 or later only.</summary>
    WorkloadIdentity,

    /// <summary>With a shared access signature; gen2 with Hadoop 3.4.1 or later only.</summary>
    Sas,
}

/// <summary>The type of a connection of DSS that can hold ADLS. Named as DSS names them.</summary>
public enum DssConnectionType
{
    /// <summary>Hadoop's file system with properties of its own; the form of the procedure.</summary>
    HDFS,

    /// <summary>
    /// DSS's own Azure Blob connection with ABFS as its Hadoop interface; the form that DSS 6.0 and later recommend.
    /// </summary>
    Azure,
}

/// <summary>Who may use a connection, in DSS's words.</summary>
public enum DssUsableBy
{
    /// <summary>Every analyst.</summary>
    All,

    /// <summary>The members of certain groups.</summary>
    Allowed,
}

/// <summary>
/// Who may read a connection's details, its secret included, in DSS's words. Spark reads the storage directly only for
/// those.
/// </summary>
public enum DssReadableBy
{
    /// <summary>Nobody but administrators.</summary>
    None,

    /// <summary>Every analyst.</summary>
    All,

    /// <summary>The members of certain groups.</summary>
    Allowed,
}
