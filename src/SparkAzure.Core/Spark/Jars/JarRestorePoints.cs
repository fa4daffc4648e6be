using System.Text.Json;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Spark.Jars;

/// <summary>
/// The restore points of a Spark home, read from its state folder. The set that a swap under way has begun to leave is
/// the newest of them.
/// </summary>
internal sealed class JarRestorePoints
{
    private readonly SparkHome _home;
    private readonly JarRestorePoint? _begun;

    /// <param name="home">The Spark home.</param>
    /// <exception cref="SparkAzureException">SwapInterrupted, StateNotUsable, CannotRead.</exception>
    internal JarRestorePoints(SparkHome home)
    {
        // In this order: a journal that becomes a restore point meanwhile is seen twice, and never missed.
        _home = home;
        _begun = JarJournal.Read(home)?.Former;
        var kept = JarRestorePoint.Ids(home);
        Ids = [.. kept, .. IdOfBegun().Except(kept, StringComparer.Ordinal)];
    }

    /// <summary>The ids, oldest first.</summary>
    internal IReadOnlyList<string> Ids { get; }

    /// <summary>Reads the restore point asked for, or the one before the newest update.</summary>
    /// <param name="id">The id; null for the one before the newest update.</param>
    /// <exception cref="SparkAzureException">NoRestorePoint, RestorePointDamaged.</exception>
    internal JarRestorePoint Read(string? id)
    {
        if (id is null)
        {
            return Ids.Reverse().Select(ReadOne).FirstOrDefault(p => p.Before == JarRestorePoint.BeforeUpdate)
                ?? throw SparkErrors.NoRestorePoint(_home.Path, null, Ids);
        }

        if (!Ids.Contains(id, StringComparer.Ordinal))
        {
            throw SparkErrors.NoRestorePoint(_home.Path, id, Ids);
        }

        return ReadOne(id);
    }

    /// <summary>Reads every restore point, oldest first.</summary>
    /// <exception cref="SparkAzureException">RestorePointDamaged.</exception>
    internal IReadOnlyList<JarRestorePoint> All() => [.. Ids.Select(ReadOne)];

    private JarRestorePoint ReadOne(string id)
    {
        if (_begun?.Id == id)
        {
            return _begun;
        }

        return _home.Owner.Act(() => ReadFile(id));
    }

    private JarRestorePoint ReadFile(string id)
    {
        var path = JarRestorePoint.PathOf(_home, id);
        try
        {
            var bytes = RegularFile.ReadAllBytes(path, JarForm.MostBytes);
            var point = JsonSerializer.Deserialize<JarJournal>(bytes)?.Former;
            if (JarForm.FaultOf(point) is { } fault)
            {
                throw SparkErrors.RestorePointDamaged(path, fault);
            }

            // The file's name orders it among the others.
            return point! with { Id = id };
        }
        catch (FileNotFoundException)
        {
            // Another call has taken it away since the folder was looked at.
            throw SparkErrors.NoRestorePoint(_home.Path, id, JarRestorePoint.Ids(_home));
        }
        catch (JsonException exception)
        {
            throw SparkErrors.RestorePointDamaged(path, $"it is not JSON ({exception.Message})", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(path, exception);
        }
    }

    private IEnumerable<string> IdOfBegun()
    {
        if (_begun is not null)
        {
            yield return _begun.Id;
        }
    }
}
