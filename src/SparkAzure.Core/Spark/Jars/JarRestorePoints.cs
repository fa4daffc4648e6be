using System.Text.Json;

namespace SparkAzure.Core.Spark.Jars;

/// <summary>The restore points of a Spark home, read from its state folder.</summary>
/// <param name="home">The Spark home.</param>
internal sealed class JarRestorePoints(SparkHome home)
{
    /// <summary>Reads the restore point asked for, or the one before the newest update.</summary>
    /// <param name="id">The id; null for the one before the newest update.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="SparkAzureException">NoRestorePoint, RestorePointDamaged.</exception>
    internal Task<JarRestorePoint> ReadAsync(string? id, CancellationToken cancellationToken)
    {
        var ids = JarRestorePoint.Ids(home);
        if (id is null)
        {
            return BeforeNewestUpdateAsync(ids, cancellationToken);
        }

        if (!ids.Contains(id, StringComparer.Ordinal))
        {
            throw SparkErrors.NoRestorePoint(home.Path, id, ids);
        }

        return ReadFileAsync(id, cancellationToken);
    }

    /// <summary>Reads every restore point, oldest first.</summary>
    /// <exception cref="SparkAzureException">RestorePointDamaged.</exception>
    internal async Task<IReadOnlyList<JarRestorePoint>> AllAsync(CancellationToken cancellationToken)
    {
        var points = new List<JarRestorePoint>();
        foreach (var id in JarRestorePoint.Ids(home))
        {
            points.Add(await ReadFileAsync(id, cancellationToken).ConfigureAwait(false));
        }

        return points;
    }

    private async Task<JarRestorePoint> BeforeNewestUpdateAsync(
        IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        foreach (var candidate in ids.Reverse())
        {
            var point = await ReadFileAsync(candidate, cancellationToken).ConfigureAwait(false);
            if (point.Before == JarRestorePoint.BeforeUpdate)
            {
                return point;
            }
        }

        throw SparkErrors.NoRestorePoint(home.Path, null, ids);
    }

    private async Task<JarRestorePoint> ReadFileAsync(string id, CancellationToken cancellationToken)
    {
        var path = JarRestorePoint.PathOf(home, id);
        try
        {
            var bytes = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
            return JsonSerializer.Deserialize<JarJournal>(bytes)?.Former
                ?? throw SparkErrors.RestorePointDamaged(path, "it is empty");
        }
        catch (JsonException exception)
        {
            throw SparkErrors.RestorePointDamaged(path, $"it is not JSON ({exception.Message})", exception);
        }
    }
}
